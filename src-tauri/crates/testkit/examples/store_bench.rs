//! Prints what the store costs at the sizes given: `cargo run --release -p turnstone-testkit --example store_bench -- 1000 100000`.

use std::io::{self, Write};
use std::time::Instant;

use testkit::bench::{Measured, filled, measure, one_sync};

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    line(&mut out, &one_sync())?;
    for size in std::env::args()
        .skip(1)
        .filter_map(|size| size.parse().ok())
    {
        let begin = Instant::now();
        let temp = filled(size);
        writeln!(
            out,
            "\n{size} secrets, filled in {:.1} s",
            begin.elapsed().as_secs_f64()
        )?;
        for measured in measure(&temp, size) {
            line(&mut out, &measured)?;
        }
    }
    Ok(())
}

fn line(out: &mut impl Write, measured: &Measured) -> io::Result<()> {
    let ms = |time: std::time::Duration| time.as_secs_f64() * 1000.0;
    let Measured { what, median, p99 } = measured;
    writeln!(
        out,
        "{what:50} median {:8.3} ms   p99 {:8.3} ms   processor {:8.3} ms   p99 {:8.3} ms",
        ms(median.clock),
        ms(p99.clock),
        ms(median.processor),
        ms(p99.processor)
    )
}
