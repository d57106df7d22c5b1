//! Handles SIGTERM and SIGINT: they end the program at once, without leaving temporary files.
//!
//! Without a handler the system ends a program on these signals, except the first process of a container, which it does
//! not end. So they are always handled.

/// From now on, both signals end the program, with the exit code 128 plus the signal's number.
#[cfg(unix)]
pub fn end_at_once() {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    // If they cannot be handled, the system ends the program as usual.
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

/// Other systems end the program by themselves.
#[cfg(not(unix))]
pub fn end_at_once() {}

#[cfg(unix)]
#[expect(
    clippy::disallowed_methods,
    clippy::exit,
    reason = "a signal ends the program wherever it is"
)]
fn end(code: i32) -> ! {
    // It is held until the end, so that nothing new is created in the meantime.
    let _kept = crate::files::temporary::remove_all();
    std::process::exit(code)
}
