//! Handles the signals that end a program: they end it at once, without leaving temporary files.
//!
//! Without a handler the system ends a program on these signals, except the first process of a container, which it does
//! not end. So they are always handled. SIGPIPE needs nothing: Rust ignores it, and writing to a closed pipe is an error.

/// From now on, SIGTERM, SIGINT, SIGHUP and SIGQUIT end the program, with the exit code 128 plus the signal's number.
/// A file that grows beyond the limit of the process (SIGXFSZ) is an error of writing.
#[cfg(unix)]
pub fn end_at_once() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXFSZ};
    use signal_hook::iterator::Signals;
    let mut handled = vec![SIGTERM, SIGINT, SIGQUIT, SIGXFSZ];
    if !is_ignored(SIGHUP) {
        handled.push(SIGHUP);
    }
    // If they cannot be handled, the system ends the program as usual.
    let Ok(mut signals) = Signals::new(handled) else {
        return;
    };
    let waiting = move || {
        let mut ending = signals.forever().filter(|signal| *signal != SIGXFSZ);
        if let Some(signal) = ending.next() {
            end(128 + signal);
        }
    };
    let thread = std::thread::Builder::new().name("signals".to_owned());
    let _ = thread.spawn(waiting);
}

/// Whether whoever started the program wants it to ignore this signal, as `nohup` does. Only Linux tells.
#[cfg(unix)]
#[expect(clippy::disallowed_methods, reason = "the system tells it in a file")]
fn is_ignored(signal: i32) -> bool {
    let Ok(told) = std::fs::read_to_string("/proc/self/status") else {
        // Better a temporary file is left than `nohup` is of no use.
        return true;
    };
    let mask = told.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_none_or(|mask| mask >> (signal - 1) & 1 == 1)
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
