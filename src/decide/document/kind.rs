//! The types of documents.

/// The type of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// `sale`
    Sale,
    /// `payment`
    Payment,
    /// `account_payment`
    AccountPayment,
    /// `return`
    Return,
    /// `return_amount`
    ReturnAmount,
    /// `exchange`
    Exchange,
    /// `void`
    Void,
    /// `redeem`
    Redeem,
    /// `adjust`
    Adjust,
    /// `import`
    Import,
    /// `enrol`
    Enrol,
    /// `opt_out`
    OptOut,
    /// `opt_in`
    OptIn,
    /// `set_program`
    SetProgram,
    /// `check`
    Check,
    /// `reserve`
    Reserve,
    /// `release`
    Release,
    /// `capture`
    Capture,
    /// `claim`
    Claim,
    /// `set_code`
    SetCode,
    /// `merge`
    Merge,
    /// `make_cards`
    MakeCards,
    /// `link_card`
    LinkCard,
    /// `block_card`
    BlockCard,
    /// `sweep`
    Sweep,
    /// `scan`
    Scan,
}

impl Kind {
    /// Whether its id is that of what is held and ends by it (R14a), and not its own.
    pub(crate) const fn ends_hold(self) -> bool {
        matches!(self, Kind::Release | Kind::Capture)
    }

    /// The name that documents use.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Sale => "sale",
            Kind::Payment => "payment",
            Kind::AccountPayment => "account_payment",
            Kind::Return => "return",
            Kind::ReturnAmount => "return_amount",
            Kind::Exchange => "exchange",
            Kind::Void => "void",
            Kind::Redeem => "redeem",
            Kind::Adjust => "adjust",
            Kind::Import => "import",
            Kind::Enrol => "enrol",
            Kind::OptOut => "opt_out",
            Kind::OptIn => "opt_in",
            Kind::SetProgram => "set_program",
            Kind::Check => "check",
            Kind::Reserve => "reserve",
            Kind::Release => "release",
            Kind::Capture => "capture",
            Kind::Claim => "claim",
            Kind::SetCode => "set_code",
            Kind::Merge => "merge",
            Kind::MakeCards => "make_cards",
            Kind::LinkCard => "link_card",
            Kind::BlockCard => "block_card",
            Kind::Sweep => "sweep",
            Kind::Scan => "scan",
        }
    }
}
