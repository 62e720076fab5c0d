//! How far a run is, on the error output: only where a person watches, and only once it has taken a second.

use super::terminal;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use segql::explain::grouped;
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(1);

/// A line that shows how many contacts, or whatever it is, are done. It goes away when it is dropped.
pub struct Progress {
    bar: OnceLock<ProgressBar>,
    began: Instant,
    total: Option<u64>,
    what: &'static str,
}

impl Progress {
    /// `total` contacts are to be done, where that is known.
    pub fn new(total: Option<u64>) -> Self {
        Self::of("contacts", total)
    }

    /// The same of something else.
    pub fn of(what: &'static str, total: Option<u64>) -> Self {
        Self {
            bar: OnceLock::new(),
            began: Instant::now(),
            total,
            what,
        }
    }

    /// So many are done.
    pub fn done(&self, number: u64) {
        if self.began.elapsed() < PATIENCE || !terminal::errors_are_watched() {
            return;
        }
        let bar = self.bar.get_or_init(|| self.begin());
        bar.set_position(number);
        let (done, what) = (grouped(number), self.what);
        bar.set_message(match self.total {
            Some(total) => format!("{done} of {} {what}", grouped(total)),
            None => format!("{done} {what}"),
        });
    }

    fn begin(&self) -> ProgressBar {
        let target = ProgressDrawTarget::stderr_with_hz(10);
        let form = match self.total {
            Some(_) => "{bar:30} {percent:>3}%  {msg}",
            None => "{spinner} {msg}",
        };
        let style =
            ProgressStyle::with_template(form).unwrap_or_else(|_| ProgressStyle::default_bar());
        ProgressBar::with_draw_target(self.total, target).with_style(style)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}

/// A line that says what is being waited for, where nobody can tell how far it is. It goes away when this is dropped.
pub struct Waiting {
    done: Option<Sender<()>>,
    line: Option<JoinHandle<()>>,
}

impl Waiting {
    /// Begins to wait for `what`.
    pub fn on(what: String) -> Self {
        let (done, ended) = channel();
        let line =
            terminal::errors_are_watched().then(|| std::thread::spawn(move || show(what, &ended)));
        Self {
            done: Some(done),
            line,
        }
    }
}

/// Shows the line from the moment on when it has taken a second, until the other side of the channel is gone.
fn show(what: String, ended: &Receiver<()>) {
    if ended.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    let target = ProgressDrawTarget::stderr_with_hz(10);
    let style = ProgressStyle::with_template("{spinner} {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let line = ProgressBar::with_draw_target(None, target).with_style(style);
    line.set_message(what);
    line.enable_steady_tick(Duration::from_millis(100));
    let _ended = ended.recv();
    line.finish_and_clear();
}

impl Drop for Waiting {
    fn drop(&mut self) {
        drop(self.done.take());
        if let Some(line) = self.line.take() {
            drop(line.join());
        }
    }
}
