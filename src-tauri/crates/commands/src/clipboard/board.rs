use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use domain::secret_text::SecretText;

/// The system's clipboard as far as it is needed: whether a text is still there is known without reading it back.
pub trait Board: Send {
    fn put(&mut self, value: &SecretText) -> Result<(), BoardError>;
    fn is_ours(&mut self) -> bool;
    fn clear(&mut self);
}

#[derive(Debug, thiserror::Error)]
#[error("there is no clipboard to copy to")]
pub struct BoardError;

/// The desktop's clipboard. Its text is served by a thread that ends when something else takes the clipboard, which is how that is known;
/// password managers' hint asks clipboard histories to leave it out.
#[derive(Default)]
pub struct DesktopBoard {
    held: Option<Arc<AtomicBool>>,
}

/// How long a clipboard may take to refuse a text.
const REFUSAL: Duration = Duration::from_millis(80);

impl Board for DesktopBoard {
    fn put(&mut self, value: &SecretText) -> Result<(), BoardError> {
        let mut clipboard = arboard::Clipboard::new().map_err(|_| BoardError)?;
        let ours = Arc::new(AtomicBool::new(true));
        let (refused, answer) = mpsc::channel();
        let text = value.expose_text().to_owned();
        let served = Arc::clone(&ours);
        thread::Builder::new()
            .name("clipboard".to_owned())
            .spawn(move || {
                let result = serve(&mut clipboard, text);
                served.store(false, Ordering::SeqCst);
                // Nobody listens any more when the text was served and replaced later.
                let _late = refused.send(result);
            })
            .map_err(|_| BoardError)?;
        if let Ok(Err(error)) = answer.recv_timeout(REFUSAL) {
            return Err(error);
        }
        self.held = Some(ours);
        Ok(())
    }

    fn is_ours(&mut self) -> bool {
        self.held
            .as_ref()
            .is_some_and(|ours| ours.load(Ordering::SeqCst))
    }

    fn clear(&mut self) {
        self.held = None;
        if let Err(error) = arboard::Clipboard::new().and_then(|mut clipboard| clipboard.clear()) {
            tracing::warn!(%error, "the clipboard could not be cleared");
        }
    }
}

#[cfg(target_os = "linux")]
fn serve(clipboard: &mut arboard::Clipboard, text: String) -> Result<(), BoardError> {
    use arboard::SetExtLinux;
    clipboard
        .set()
        .exclude_from_history()
        .wait()
        .text(text)
        .map_err(|_| BoardError)
}

/// Elsewhere the system keeps the text itself and does not say when it is replaced.
#[cfg(not(target_os = "linux"))]
fn serve(clipboard: &mut arboard::Clipboard, text: String) -> Result<(), BoardError> {
    clipboard.set_text(text).map_err(|_| BoardError)?;
    loop {
        thread::park();
    }
}
