//! Prints what the store costs at the sizes given: `cargo run --release -p turnstone-testkit --example store_bench -- 1000 100000`.
//! Columns: what, secrets, then median and 99th percentile by the clock, the same of the processor, in milliseconds.
//! Memory is one number, in KiB: a program of its own opens the vault, shows a page and searches.

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use testkit::TempVault;
use testkit::bench::{self, Measured};

const RESIDENT: &str = "resident";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut out = io::stdout().lock();
    if let [word, folder, state] = arguments.as_slice()
        && word == RESIDENT
    {
        let kib = bench::resident_kib(Path::new(folder), Path::new(state));
        writeln!(out, "{}", kib.ok_or("this system does not tell")?)?;
        return Ok(());
    }
    line(&mut out, 0, &bench::one_sync())?;
    memory(&mut out, &TempVault::new(), 0)?;
    for size in &arguments {
        let secrets: usize = size.parse()?;
        let begin = Instant::now();
        let temp = bench::filled(secrets);
        writeln!(
            out,
            "fill\t{secrets}\t{:.0}",
            begin.elapsed().as_secs_f64() * 1000.0
        )?;
        memory(&mut out, &temp, secrets)?;
        for measured in bench::measure(&temp, secrets) {
            line(&mut out, secrets, &measured)?;
        }
    }
    Ok(())
}

fn memory(out: &mut impl Write, temp: &TempVault, secrets: usize) -> Result<(), Box<dyn Error>> {
    let output = Command::new(std::env::current_exe()?)
        .arg(RESIDENT)
        .args([temp.folder(), temp.state_folder()])
        .output()?;
    if output.status.success() {
        let kib = String::from_utf8(output.stdout)?;
        writeln!(out, "memory\t{secrets}\t{}", kib.trim())?;
    }
    Ok(())
}

fn line(out: &mut impl Write, secrets: usize, measured: &Measured) -> io::Result<()> {
    let ms = |time: std::time::Duration| time.as_secs_f64() * 1000.0;
    let Measured { what, median, p99 } = measured;
    writeln!(
        out,
        "{what}\t{secrets}\t{:.3}\t{:.3}\t{:.3}\t{:.3}",
        ms(median.clock),
        ms(p99.clock),
        ms(median.processor),
        ms(p99.processor)
    )
}
