//! Estimates what X-Ray bills for reading traces. See <https://aws.amazon.com/xray/pricing/>.

/// The price that the estimate uses, with its date.
pub const PRICE: &str = "0.50 USD a million traces scanned or read, X-Ray's list price of November 2026; the first million of a month is free";

/// How many traces one cent pays for.
const TRACES_A_CENT: u64 = 20_000;

/// Returns about what it costs to scan or read so many traces, in dollars, rounded up to the cent.
///
/// ```
/// use aws_least_privilege::evidence::xray_api::about_usd;
///
/// assert_eq!(about_usd(4_990_000 + 10_000), "2.50");
/// assert_eq!(about_usd(20_001), "0.02");
/// assert_eq!(about_usd(300), "0.01");
/// assert_eq!(about_usd(0), "0.00");
/// ```
pub fn about_usd(traces: u64) -> String {
    let cents = traces.div_ceil(TRACES_A_CENT);
    format!("{}.{:02}", cents / 100, cents % 100)
}
