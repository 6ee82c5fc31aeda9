//! The design's table of budgets, filled in.

use std::fmt;
use std::time::Duration;

use super::keepass::Took;

const MEMORY_SIZE: usize = 100_000;
/// The window is measured with a vault of that many.
pub const WINDOW_SIZE: usize = 100_000;
/// Of the importing process at its peak.
const IMPORT_MEMORY: &str = "memory of an import";
const NOT_ASKED_FOR: &str = "not measured: this size was not asked for";
const NOT_PRINTED: &str = "not measured: its line is missing";
const NOT_DRIVEN_HERE: &str = "not measured: the window is driven on Linux only";

/// One line of an example: what, number of secrets or items, and the numbers that it prints.
pub struct Measured {
    what: String,
    size: usize,
    numbers: Vec<f64>,
}

/// Places of the numbers in a line of the store's.
const MEDIAN: usize = 0;
const P99: usize = 1;
const MEDIAN_OF_PROCESSOR: usize = 2;
const P99_OF_PROCESSOR: usize = 3;

pub struct Table(Vec<Row>);

struct Row {
    what: String,
    size: usize,
    budget: &'static str,
    measured: String,
    beside: String,
}

impl Measured {
    pub fn parse(line: &str) -> Option<Measured> {
        let mut columns = line.split('\t');
        let what = columns.next()?.to_owned();
        let size = columns.next()?.parse().ok()?;
        let numbers: Vec<f64> = columns.map(str::parse).collect::<Result<_, _>>().ok()?;
        (!numbers.is_empty()).then_some(Measured {
            what,
            size,
            numbers,
        })
    }
}

impl Table {
    pub fn new(measured: &[Measured], sizes: &[usize]) -> Table {
        let lines = Lines(measured);
        let mut rows = Vec::new();
        for &size in sizes {
            let mut row = |what: &str, budget, measured: Option<String>| {
                rows.push(Row::new(
                    what,
                    size,
                    budget,
                    measured.unwrap_or_else(|| NOT_PRINTED.to_owned()),
                ));
            };
            row("fill", "none", lines.time("fill", size));
            row(
                "open after the key is derived",
                "5 ms, flat, without the sync",
                lines.beyond_sync("open", size),
            );
            row(
                "update: rotate",
                "median 1 ms, p99 10 ms beyond the sync",
                lines.beyond_sync("rotate", size),
            );
            row(
                "update: rename",
                "median 1 ms, p99 10 ms beyond the sync",
                lines.beyond_sync("rename", size),
            );
            row(
                "search, first 200, worst text",
                "p99 8 ms at 1M",
                lines.worst("search", size, P99, P99_OF_PROCESSOR),
            );
            row(
                "list page, worst order",
                "5 ms at 1M",
                lines.worst("list page", size, MEDIAN, MEDIAN_OF_PROCESSOR),
            );
            row(
                "whose a provider's key is",
                "1 ms, flat",
                lines.beyond_sync("whose a provider's key is", size),
            );
            row("re-key", "20 s at 100,000", lines.time("re-key", size));
        }
        rows.extend(lines.imports());
        rows.extend(lines.rotations());
        rows.push(Row::new(
            "memory above the empty vault, without the window",
            MEMORY_SIZE,
            "60 MB",
            lines.memory(sizes),
        ));
        let of_the_window = |found: Option<String>| {
            found.unwrap_or_else(|| {
                let why = match sizes.contains(&WINDOW_SIZE) {
                    false => NOT_ASKED_FOR,
                    true if cfg!(target_os = "linux") => NOT_PRINTED,
                    true => NOT_DRIVEN_HERE,
                };
                why.to_owned()
            })
        };
        rows.push(Row::new(
            "start to unlock screen, beyond an empty window",
            WINDOW_SIZE,
            "150 ms",
            of_the_window(lines.start()),
        ));
        for (what, line) in [
            ("key press to list painted: arrow", "key press, arrow"),
            ("key press to list painted: search", "key press, search"),
        ] {
            let measured = of_the_window(lines.key_press(line));
            rows.push(Row::new(what, WINDOW_SIZE, "16 ms of our work", measured));
        }
        Table(rows)
    }

    pub fn set_beside(&mut self, size: usize, took: &Took) {
        for row in self.0.iter_mut().filter(|row| row.size == size) {
            let time = match row.what.split([' ', ',', ':']).next() {
                Some("open") => took.open,
                Some("update") => took.update,
                Some("search") => took.search,
                _ => continue,
            };
            row.beside = seconds(time);
        }
    }
}

struct Lines<'a>(&'a [Measured]);

impl Lines<'_> {
    fn of<'b>(&'b self, what: &'b str, size: usize) -> impl Iterator<Item = &'b Measured> {
        self.0.iter().filter(move |line| {
            line.size == size && line.what.starts_with(what) && line.what != IMPORT_MEMORY
        })
    }

    fn time(&self, what: &str, size: usize) -> Option<String> {
        let line = self.of(what, size).next()?;
        Some(format!("{:.1} s", line.numbers.first()? / 1000.0))
    }

    /// By the clock with the disk's sync, which is measured in the same run, and the processor's time, which waits for no disk.
    fn beyond_sync(&self, what: &str, size: usize) -> Option<String> {
        let sync = self.of("one 4 KiB write", 0).next()?;
        let line = self.of(what, size).next()?;
        let [sync_median, sync_p99, ..] = sync.numbers.as_slice() else {
            return None;
        };
        let [median, p99, processor, processor_p99] = line.numbers.as_slice() else {
            return None;
        };
        Some(format!(
            "median {median:.2} (sync {sync_median:.2}), p99 {p99:.2} (sync {sync_p99:.2}); processor {processor:.2}, p99 {processor_p99:.2} ms"
        ))
    }

    fn worst(&self, what: &str, size: usize, clock: usize, processor: usize) -> Option<String> {
        let most = |at: usize| {
            let numbers = self.of(what, size).filter_map(|line| line.numbers.get(at));
            numbers.copied().reduce(f64::max)
        };
        Some(format!(
            "{:.2}; processor {:.2} ms",
            most(clock)?,
            most(processor)?
        ))
    }

    fn imports(&self) -> impl Iterator<Item = Row> {
        self.0.iter().filter_map(|line| {
            let number = line.numbers.first()?;
            if line.what == IMPORT_MEMORY {
                let peak = format!("{:.0} MB", number / 1024.0);
                let budget = "150 MB at 10,000";
                return Some(Row::new(&line.what, line.size, budget, peak));
            }
            let time = format!("{:.2} s", number / 1000.0);
            let budget = "1.5 s for all of 10,000, and linear";
            let is_import = line.what.starts_with("import");
            is_import.then(|| Row::new(&line.what, line.size, budget, time))
        })
    }

    /// The provider of the example answers at once: what is measured is the journal, the rules and the disk.
    fn rotations(&self) -> impl Iterator<Item = Row> {
        let rotations = self
            .0
            .iter()
            .filter(|line| line.what.starts_with("rotation"));
        let rotations = rotations.filter_map(|line| {
            let [median, p99, processor, processor_p99] = line.numbers.as_slice() else {
                return None;
            };
            let measured = format!(
                "median {median:.2}, p99 {p99:.2}; processor {processor:.2}, p99 {processor_p99:.2} ms"
            );
            let budget = "5 ms beyond the disk's syncs";
            Some(Row::new(&line.what, line.size, budget, measured))
        });
        let verified = self.0.iter().filter(|line| line.what.starts_with("verify"));
        let verified = verified.filter_map(|line| {
            let time = format!("{:.2} s", line.numbers.first()? / 1000.0);
            Some(Row::new(
                &line.what,
                line.size,
                "the time of the slowest few",
                time,
            ))
        });
        rotations.chain(verified)
    }

    fn start(&self) -> Option<String> {
        let median = |what| Some(*self.of(what, WINDOW_SIZE).next()?.numbers.get(MEDIAN)?);
        let (empty, app) = (
            median("start, empty window")?,
            median("start, unlock screen")?,
        );
        Some(format!("{:.0} ms ({app:.0} after {empty:.0})", app - empty))
    }

    /// What the page and Rust do, layout included, and when the frame is there, which waits for the display.
    fn key_press(&self, what: &str) -> Option<String> {
        let line = self.of(what, WINDOW_SIZE).next()?;
        let [median, p99, painted, painted_p99] = line.numbers.as_slice() else {
            return None;
        };
        Some(format!(
            "median {median:.0}, p99 {p99:.0}; frame after {painted:.0}, p99 {painted_p99:.0} ms"
        ))
    }

    fn memory(&self, sizes: &[usize]) -> String {
        let kib = |size| Some(*self.of("memory", size).next()?.numbers.first()?);
        match (kib(0), kib(MEMORY_SIZE)) {
            (Some(empty), Some(full)) => format!(
                "{:.1} MB (resident {:.1}, empty {:.1})",
                (full - empty) / 1024.0,
                full / 1024.0,
                empty / 1024.0
            ),
            _ if sizes.contains(&MEMORY_SIZE) => {
                "not measured: this system does not tell".to_owned()
            }
            _ => NOT_ASKED_FOR.to_owned(),
        }
    }
}

impl Row {
    fn new(what: &str, size: usize, budget: &'static str, measured: String) -> Row {
        Row {
            what: what.to_owned(),
            size,
            budget,
            measured,
            beside: String::new(),
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "| what | at | budget | measured | KeePassXC |")?;
        writeln!(formatter, "|---|---|---|---|---|")?;
        for row in &self.0 {
            let Row {
                what,
                size,
                budget,
                measured,
                beside,
            } = row;
            writeln!(
                formatter,
                "| {what} | {size} | {budget} | {measured} | {beside} |"
            )?;
        }
        Ok(())
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(lines: &[&str], sizes: &[usize]) -> String {
        let measured: Vec<Measured> = lines
            .iter()
            .filter_map(|line| Measured::parse(line))
            .collect();
        Table::new(&measured, sizes).to_string()
    }

    #[test]
    fn a_row_that_was_not_measured_says_so() {
        let table = table(&["a line of a compiler"], &[1000]);
        assert!(table.contains(&format!(
            "| key press to list painted: arrow | 100000 | 16 ms of our work | {NOT_ASKED_FOR} |"
        )));
        assert!(table.contains(NOT_PRINTED));
    }

    #[test]
    fn the_start_is_told_beyond_that_of_an_empty_window() {
        let lines = [
            "start, empty window\t100000\t480.0\t600.0",
            "start, unlock screen\t100000\t590.4\t700.0",
            "key press, arrow\t100000\t4.0\t9.0\t17.0\t30.0",
        ];
        let table = table(&lines, &[100_000]);
        assert!(table.contains("| 150 ms | 110 ms (590 after 480) |"));
        assert!(table.contains("| median 4, p99 9; frame after 17, p99 30 ms |"));
    }

    #[test]
    fn an_import_is_told_with_its_memory_and_is_no_vaults() {
        let lines = [
            "import, preview and apply\t100000\t14000.0",
            "memory of an import\t100000\t307200",
            "memory\t0\t20480",
            "memory\t100000\t40960",
        ];
        let table = table(&lines, &[100_000]);
        assert!(table.contains("| memory of an import | 100000 | 150 MB at 10,000 | 300 MB |"));
        assert!(table.contains("and linear | 14.00 s |"));
        assert!(
            table.contains("20.0 MB (resident 40.0, empty 20.0)"),
            "{table}"
        );
    }

    #[test]
    fn a_re_keying_is_told_in_seconds() {
        let line = "re-key (copy, every version's key wrapped anew, switch)\t1000\t2345.0\t2500.0\t1.0\t1.0";
        assert!(table(&[line], &[1000]).contains("| re-key | 1000 | 20 s at 100,000 | 2.3 s |"));
    }

    #[test]
    fn the_worst_of_several_orders_is_shown() {
        let lines = [
            "list page, name\t1000\t1.0\t2.0\t0.5\t0.6",
            "list page, age\t1000\t3.0\t4.0\t0.7\t0.8",
        ];
        assert!(
            table(&lines, &[1000]).contains(
                "| list page, worst order | 1000 | 5 ms at 1M | 3.00; processor 0.70 ms |"
            )
        );
    }
}
