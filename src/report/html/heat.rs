//! The map of roles and services: a row for each role, a column for each service, the worst of it as colour and the counts as text.

use super::{class_of, severity, shown, verdict};
use crate::compare::Severity;
use crate::report::Role;
use crate::report::text::words::grouped;
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};

/// Services that have a column; the roles below have all of theirs.
const MOST_SERVICES: usize = 40;

/// What a role has to do with a service.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell {
    /// Permissions that are needed.
    pub(super) needed: u64,
    /// Findings about it.
    pub(super) excess: u64,
    /// Grants of which nobody can tell.
    pub(super) open: u64,
    /// The worst of its findings.
    pub(super) worst: Option<Severity>,
}

/// What a role has to do with each service, by the service's prefix; `*` is every service.
pub(super) fn cells(role: &Role) -> BTreeMap<String, Cell> {
    let mut cells: BTreeMap<String, Cell> = BTreeMap::new();
    for needed in &role.needed {
        cells.entry(service(&needed.action)).or_default().needed += 1;
    }
    for finding in &role.excess {
        let told = if finding.not_action {
            &finding.unobserved
        } else {
            &finding.actions
        };
        let services: BTreeSet<String> = told.iter().map(|action| service(action)).collect();
        for service in services {
            let cell = cells.entry(service).or_default();
            cell.excess += 1;
            cell.worst = cell.worst.max(Some(finding.severity));
        }
    }
    for open in role.undecided.iter().filter(|open| !open.not_action) {
        let services: BTreeSet<String> =
            open.actions.iter().map(|action| service(action)).collect();
        for service in services {
            cells.entry(service).or_default().open += 1;
        }
    }
    cells
}

fn service(action: &str) -> String {
    let prefix = action.split_once(':').map_or("*", |(prefix, _)| prefix);
    prefix.to_ascii_lowercase()
}

pub(super) fn map(roles: &[Role]) -> Markup {
    let rows: Vec<BTreeMap<String, Cell>> = roles.iter().map(cells).collect();
    // The worst service first, then the one with most findings: they are what the reader came for.
    let mut services: BTreeMap<&str, (Option<Severity>, u64, u64)> = BTreeMap::new();
    for (service, cell) in rows.iter().flatten() {
        let (worst, excess, rest) = services.entry(service).or_default();
        *worst = (*worst).max(cell.worst);
        *excess += cell.excess;
        *rest += cell.needed + cell.open;
    }
    let mut services: Vec<(&str, _)> = services.into_iter().collect();
    services.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
    let left_out = services.len().saturating_sub(MOST_SERVICES);
    services.truncate(MOST_SERVICES);
    html! {
        @if !services.is_empty() {
            section class="map" {
                h2 { "Roles and services" }
                p class="key" {
                    span class="cell none" { "needed" }
                    span class="cell open" { "cannot tell" }
                    @for worst in [Severity::Low, Severity::Medium, Severity::High, Severity::Critical] {
                        span class={ "cell " (severity(worst)) } { (severity(worst)) }
                    }
                }
                p class="quiet" { "The worst role and the worst service come first. A number counts findings; in blue, permissions that are needed; with ?, grants of which nobody can tell." }
                div class="wide" tabindex="0" {
                    table {
                        thead {
                            tr {
                                th scope="col" { "Role" }
                                @for (service, _) in &services { th scope="col" { span { (shown(service)) } } }
                            }
                        }
                        tbody {
                            @for (place, (role, row)) in roles.iter().zip(&rows).enumerate() {
                                tr data-role=(place) {
                                    th scope="row" {
                                        a href={ "#role-" (place) } { (shown(&role.called())) }
                                        " " span class={ "verdict " (class_of(role.verdict)) } { (verdict(role.verdict)) }
                                    }
                                    @for (service, _) in &services { (cell(row.get(*service), service)) }
                                }
                            }
                        }
                    }
                }
                @if left_out > 0 { p class="quiet" { "and " (left_out) " more services, in the roles below" } }
            }
        }
    }
}

fn cell(cell: Option<&Cell>, service: &str) -> Markup {
    let Some(cell) = cell else {
        return html! { td {} };
    };
    let class = match cell.worst {
        Some(worst) => severity(worst),
        None if cell.open > 0 => "open",
        None => "none",
    };
    let told = format!(
        "{}: {} needed, {} never called, {} cannot tell",
        shown(service),
        grouped(cell.needed),
        grouped(cell.excess),
        grouped(cell.open)
    );
    html! {
        td class={ "cell " (class) } title=(told) {
            @match (cell.excess, cell.open) {
                (0, 0) => { (grouped(cell.needed)) }
                (0, open) => { (grouped(open)) "?" }
                (excess, _) => { (grouped(excess)) }
            }
        }
    }
}
