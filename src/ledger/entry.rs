//! One movement of units.

use crate::ident::{CustomerId, SaleId};
use crate::ledger::LotKey;
use crate::money::Units;

/// Where units come from and go to. All accounts together always hold zero; what the customers
/// and `Held` hold is the program's liability (R39).
///
/// | what happens | from | to |
/// |---|---|---|
/// | a sale earns | `Issued` | `Customer` |
/// | a return or void takes that back | `Customer` | `Issued` |
/// | it was spent already, and is written off | `WrittenOff` | `Issued` |
/// | loyalty pays | `Customer` | `Redeemed` |
/// | a return or void gives that back | `Redeemed` | `Customer` |
/// | units are set aside, or given back | `Customer`, or `Held` | `Held`, or `Customer` |
/// | what was set aside is spent | `Held` | `Redeemed` |
/// | units run out | `Customer` | `Expired` |
/// | they hadn't, as a late document shows (R27) | `Expired` | `Customer` |
/// | a record goes to another, with what it has or owes (R30) | `Customer`, and `Held` | `Held`, and `Customer` |
/// | an operator gives, or takes | `Adjusted`, or `Customer` | `Customer`, or `Adjusted` |
/// | units come from another scheme | `Imported` | `Customer` |
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// What the program has granted: below zero by what it granted, less what it took back.
    Issued,
    /// What customers have and can spend.
    Customer,
    /// What customers have set aside for one purpose.
    Held,
    /// What was spent.
    Redeemed,
    /// What ran out.
    Expired,
    /// What should have been taken back, and wasn't there any more: below zero by that.
    WrittenOff,
    /// What operators gave, below zero, or took.
    Adjusted,
    /// What came from another scheme, below zero.
    Imported,
}

impl Account {
    /// All of them, in a fixed order.
    pub const ALL: [Account; 8] = [
        Account::Issued,
        Account::Customer,
        Account::Held,
        Account::Redeemed,
        Account::Expired,
        Account::WrittenOff,
        Account::Adjusted,
        Account::Imported,
    ];

    /// The name that documents use.
    pub const fn name(self) -> &'static str {
        match self {
            Account::Issued => "issued",
            Account::Customer => "customer",
            Account::Held => "held",
            Account::Redeemed => "redeemed",
            Account::Expired => "expired",
            Account::WrittenOff => "written_off",
            Account::Adjusted => "adjusted",
            Account::Imported => "imported",
        }
    }
}

/// Units that moved between two accounts. An entry is never changed and never deleted; undoing is
/// a new entry (R38).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where they came from.
    pub from: Account,
    /// Where they went.
    pub to: Account,
    /// Whose they are.
    pub customer: CustomerId,
    /// How many; above zero.
    pub units: Units,
    /// The lot they were put in, or taken out of. A customer's units that are taken from no lot
    /// are owed: the balance goes below zero.
    pub lot: Option<LotKey>,
    /// The sale that moved them, if one did.
    pub sale: Option<SaleId>,
}

impl Entry {
    /// Whether it moves units into what is held, or out of it: so a merge moves all that one record has to another (R39).
    pub(crate) fn touches_held(&self) -> bool {
        self.from == Account::Held || self.to == Account::Held
    }
}
