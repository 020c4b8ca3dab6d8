//! Roles and permissions: what a person may do. The API's route table names one permission per route;
//! this is the one place that says which roles hold it.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Budtender,
    Technician,
    Manager,
    Compliance,
    Auditor,
    Owner,
}

use Role::{Auditor, Budtender, Compliance, Manager, Owner, Technician};

impl Role {
    pub const ALL: [Self; 6] = [Budtender, Technician, Manager, Compliance, Auditor, Owner];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Budtender => "budtender",
            Technician => "technician",
            Manager => "manager",
            Compliance => "compliance",
            Auditor => "auditor",
            Owner => "owner",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    #[must_use]
    pub fn may(self, permission: Permission) -> bool {
        permission.roles().contains(&self)
    }

    #[must_use]
    pub fn permissions(self) -> Vec<Permission> {
        Permission::ALL.into_iter().filter(|permission| self.may(*permission)).collect()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Ask for a restock, cancel one's own request.
    Request,
    /// Confirm a tote in on the floor.
    ReceiveTote,
    SeeStock,
    /// Claim a request, pick it, hand the tote over.
    Pick,
    /// Move stock between places by scanning.
    Move,
    /// Count blind.
    Count,
    /// See counts, and what they found once they are over.
    SeeCounts,
    /// Let a count stand, or end it without.
    SettleCounts,
    /// Say what is counted regularly.
    PlanCounts,
    /// "It is here": say that a package is in one's hand where the book has it elsewhere.
    Found,
    /// Let a newer lot be picked before an older one.
    OverrideFifo,
    /// Approve with one's PIN what another person does; hand a pick to somebody else.
    Approve,
    EditCatalogue,
    Import,
    People,
    Devices,
    /// See cases and their evidence.
    Cases,
    /// Assign, document and close cases.
    WorkCases,
    Tasks,
    Settings,
    /// Read and verify the journal.
    Journal,
    Backup,
    /// Install and remove the store's own certificate.
    Certificate,
    /// Undo another person's movement.
    UndoAny,
    /// See shipments and their papers.
    SeeShipments,
    /// Enter manifests, check and count what arrives.
    Receive,
    /// Hand in photos and papers.
    Documents,
    /// File COAs.
    FileCoa,
    /// Take a COA back.
    RevokeCoa,
    /// Put stock into quarantine and see what is there.
    Quarantine,
    /// Let stock go from quarantine; managers only where the store says so.
    ReleaseQuarantine,
    /// Hear at once what must be known.
    Alerts,
    /// Record damage and what a customer brings back.
    Record,
    Recall,
    /// See what may be behind a variance, and shrink.
    SeeInvestigations,
    /// Say what was found, and hand it to the manager.
    Investigate,
    /// Say that it was talked over.
    Coach,
    /// Put the book right; above the store's limit a second person approves.
    Adjust,
    /// See what was adjusted, and what must be entered outside.
    SeeAdjustments,
    /// Say that what must be entered outside was entered.
    TickIntents,
    /// Say how it ended outside, or that somebody has to look.
    WorkIntents,
    /// See online orders and where each is.
    SeeOrders,
    /// Enter orders, say what a line means, decide what is short, cancel.
    WorkOrders,
    /// Hand an order over, take it back at the counter.
    HandOver,
    /// Say where orders come from, and with which secret.
    OrderSources,
}

impl Permission {
    pub const ALL: [Self; 45] = [
        Self::Request,
        Self::ReceiveTote,
        Self::SeeStock,
        Self::Pick,
        Self::Move,
        Self::Count,
        Self::SeeCounts,
        Self::SettleCounts,
        Self::PlanCounts,
        Self::Found,
        Self::OverrideFifo,
        Self::Approve,
        Self::EditCatalogue,
        Self::Import,
        Self::People,
        Self::Devices,
        Self::Cases,
        Self::WorkCases,
        Self::Tasks,
        Self::Settings,
        Self::Journal,
        Self::Backup,
        Self::Certificate,
        Self::UndoAny,
        Self::SeeShipments,
        Self::Receive,
        Self::Documents,
        Self::FileCoa,
        Self::RevokeCoa,
        Self::Quarantine,
        Self::ReleaseQuarantine,
        Self::Alerts,
        Self::Record,
        Self::Recall,
        Self::SeeInvestigations,
        Self::Investigate,
        Self::Coach,
        Self::Adjust,
        Self::SeeAdjustments,
        Self::TickIntents,
        Self::WorkIntents,
        Self::SeeOrders,
        Self::WorkOrders,
        Self::HandOver,
        Self::OrderSources,
    ];

    /// Who holds it.
    #[must_use]
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::Request | Self::ReceiveTote | Self::Record | Self::HandOver => {
                &[Budtender, Technician, Manager, Owner]
            }
            Self::SeeStock | Self::SeeOrders => &Role::ALL,
            Self::Pick
            | Self::Move
            | Self::Count
            | Self::SettleCounts
            | Self::Found
            | Self::Receive
            | Self::Adjust
            | Self::WorkOrders => &[Technician, Manager, Owner],
            Self::OverrideFifo
            | Self::Approve
            | Self::PlanCounts
            | Self::Coach
            | Self::EditCatalogue
            | Self::Import
            | Self::UndoAny
            | Self::People
            | Self::Devices
            | Self::Settings
            | Self::OrderSources => &[Manager, Owner],
            Self::Cases | Self::Journal => &[Manager, Compliance, Auditor, Owner],
            Self::WorkCases
            | Self::RevokeCoa
            | Self::ReleaseQuarantine
            | Self::Alerts
            | Self::Recall
            | Self::WorkIntents => &[Manager, Compliance, Owner],
            Self::SeeShipments
            | Self::SeeCounts
            | Self::SeeInvestigations
            | Self::SeeAdjustments => &[Technician, Manager, Compliance, Auditor, Owner],
            Self::Documents => &[Budtender, Technician, Manager, Compliance, Owner],
            Self::Tasks
            | Self::FileCoa
            | Self::Quarantine
            | Self::TickIntents
            | Self::Investigate => &[Technician, Manager, Compliance, Owner],
            Self::Backup | Self::Certificate => &[Owner],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_auditor_changes_nothing() {
        assert_eq!(
            Auditor.permissions(),
            [
                Permission::SeeStock,
                Permission::SeeCounts,
                Permission::Cases,
                Permission::Journal,
                Permission::SeeShipments,
                Permission::SeeInvestigations,
                Permission::SeeAdjustments,
                Permission::SeeOrders
            ],
            "each of these only reads"
        );
    }

    #[test]
    fn an_owner_may_do_everything() {
        assert_eq!(Owner.permissions().len(), Permission::ALL.len());
    }
}
