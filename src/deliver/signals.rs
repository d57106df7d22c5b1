//! An end that is asked for: SIGTERM and SIGINT end the program at once and leave no temporary file.
//!
//! The system ends a program that says nothing of these signals, but for the first one of a container, which would not be ended at
//! all. So they are always handled here.

/// From here on, both signals end the program, with 128 and the signal's number.
#[cfg(unix)]
pub fn end_at_once() {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    // Where they cannot be handled the system ends the program as it would any other.
    let Ok(mut signals) = Signals::new([SIGTERM, SIGINT]) else {
        return;
    };
    let waiting = move || {
        if let Some(signal) = signals.forever().next() {
            end(128 + signal);
        }
    };
    let thread = std::thread::Builder::new().name("signals".to_owned());
    let _ = thread.spawn(waiting);
}

/// Other systems end programs by themselves.
#[cfg(not(unix))]
pub fn end_at_once() {}

#[cfg(unix)]
#[expect(
    clippy::disallowed_methods,
    clippy::exit,
    reason = "a signal ends the program wherever it is"
)]
fn end(code: i32) -> ! {
    // Kept to the end, so that nothing is made meanwhile.
    let _kept = crate::files::temporary::remove_all();
    std::process::exit(code)
}
