//! Ways around graphics drivers on which WebKitGTK shows an empty window.

use std::io;

/// WebKitGTK's DMA-BUF renderer paints nothing with NVIDIA's own driver: <https://bugs.webkit.org/show_bug.cgi?id=262607>.
/// The variable must stand before any thread runs, so the program starts itself once more with it.
#[cfg(target_os = "linux")]
pub fn avoid_broken_drivers() -> io::Result<()> {
    use std::env;
    use std::os::unix::process::CommandExt;
    use std::path::Path;
    use std::process::Command;

    const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if env::var_os(SWITCH).is_some() || !Path::new("/proc/driver/nvidia/version").exists() {
        return Ok(());
    }
    Err(Command::new(env::current_exe()?)
        .args(env::args_os().skip(1))
        .env(SWITCH, "1")
        .exec())
}

#[cfg(not(target_os = "linux"))]
pub fn avoid_broken_drivers() -> io::Result<()> {
    Ok(())
}
