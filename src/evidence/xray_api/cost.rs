//! About what X-Ray bills for a reading. See <https://aws.amazon.com/xray/pricing/>.

/// What it goes by, with its date.
pub const PRICE: &str = "0.50 USD a million traces scanned or read, X-Ray's list price of November 2026; the first million of a month is free";

/// Traces that a cent pays for.
const TRACES_A_CENT: u64 = 20_000;

/// About what so many traces cost that were scanned and read, in dollars, rounded up to the cent.
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
