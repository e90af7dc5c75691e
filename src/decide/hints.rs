//! What a customer can be told at the register: what is missing to a reward, to the next tier and to a
//! free item, and what runs out next.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::decide::posting::Posting;
use crate::decide::punch::{ready, rule_of};
use crate::decide::replay::idle_after;
use crate::decide::terms::{counted, reached};
use crate::decide::used::why_not;
use crate::decide::{Facts, Refusal, day};
use crate::ident::{Code, CustomerId, OutletId, PunchCardId, RewardId, TierId};
use crate::loyalty::{Program, Reward, TierBasis, is_among, units_text};
use crate::money::{AmountError, Money, Units};
use crate::time::{Date, Timestamp, Zones};

/// What a customer can be told at the register, as of a moment. All of it can change with the next
/// document; nothing is promised by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hints {
    /// Who it is about: the record that stays, where the one asked for was merged into another (R30).
    pub customer: CustomerId,
    /// The balance; what has run out isn't in it.
    pub balance: Units,
    /// The rewards that are open to the customer today, in the program's order: at an outlet those that it gives, and all
    /// where none was asked for. None for a customer who takes no part (R31). Lines and minimum spends are a matter of
    /// the sale.
    pub rewards: Vec<RewardHint>,
    /// The tier that the customer has (R12).
    pub tier: Option<TierId>,
    /// The tier above it.
    pub next_tier: Option<TierHint>,
    /// The customer's punch cards that can be punched today, in the order in which they were linked.
    pub cards: Vec<CardHint>,
    /// What runs out next, if nothing is bought before.
    pub runs_out: Option<RunsOut>,
}

/// What is missing to a reward (R14).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RewardHint {
    /// The reward.
    pub reward: RewardId,
    /// What it costs; of one that counts in steps, one step.
    pub cost: Units,
    /// How many units are missing; zero if there are enough.
    pub missing: Units,
}

/// What is missing to a tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierHint {
    /// The tier.
    pub tier: TierId,
    /// What counts towards it.
    pub by: TierBasis,
    /// What is missing, in smallest units: of money where spending counts, of the program's units where
    /// earning does.
    pub missing_minor: i64,
}

/// What is missing on a punch card (R37).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardHint {
    /// The card.
    pub card: Code,
    /// Of which kind it is.
    pub punch_card: PunchCardId,
    /// Offers that are ready.
    pub ready: i64,
    /// How many punches are missing to the next offer; zero for one that asks for none.
    pub missing: i64,
}

/// Units that run out together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunsOut {
    /// How many.
    pub units: Units,
    /// The last day on which they can be used, by the outlet's calendar (R24).
    pub last_day: Date,
}

impl Hints {
    /// The reward that the least is missing to, of those that the customer can't have yet; of several,
    /// the first of the program.
    pub fn next_reward(&self) -> Option<&RewardHint> {
        let out_of_reach = self.rewards.iter().filter(|reward| !reward.missing.is_zero());
        out_of_reach.min_by_key(|reward| reward.missing)
    }
}

impl Hints {
    /// The same in plain sentences, to be read aloud or shown.
    pub fn sentences(&self, program: &Program) -> Vec<String> {
        let units = |units: Units| units_text(program, units);
        let mut sentences = Vec::from([format!("The balance is {}.", units(self.balance))]);
        for RewardHint { reward, cost, missing } in &self.rewards {
            sentences.push(if missing.is_zero() {
                format!("The reward {reward} can be had for {}.", units(*cost))
            } else {
                format!("To the reward {reward} {} {} missing.", units(*missing), are(&units(*missing)))
            });
        }
        sentences.extend(self.tier.iter().map(|tier| format!("The tier is {tier}.")));
        sentences.extend(self.next_tier.iter().map(|next| next.sentence(program)));
        sentences.extend(self.cards.iter().map(CardHint::sentence));
        let runs_out = self.runs_out.iter();
        sentences.extend(
            runs_out.map(|next| format!("{} can be used until {}.", units(next.units), next.last_day)),
        );
        sentences
    }
}

impl TierHint {
    fn sentence(&self, program: &Program) -> String {
        let missing = match self.by {
            TierBasis::Earned => units_text(program, Units::from_minor(self.missing_minor)),
            TierBasis::Spent => {
                let money = Money::from_minor(self.missing_minor).to_decimal(program.currency.decimals());
                format!("{money} {}", program.currency)
            }
        };
        format!("To the tier {} {missing} {} missing.", self.tier, are(&missing))
    }
}

impl CardHint {
    fn sentence(&self) -> String {
        let CardHint { card, punch_card, ready, missing } = self;
        let missing = match missing {
            0 => String::new(),
            1 => ", and 1 punch is missing to the next".to_string(),
            missing => format!(", and {missing} punches are missing to the next"),
        };
        match ready {
            1 => format!("The card {card} ({punch_card}) has 1 offer ready{missing}."),
            ready => format!("The card {card} ({punch_card}) has {ready} offers ready{missing}."),
        }
    }
}

/// The verb for a number with what it counts.
fn are(number: &str) -> &'static str {
    if number.starts_with("1 ") { "is" } else { "are" }
}

/// Works out what a customer can be told at an outlet (or none), from the facts that a store gives for
/// [`Question::for_hints`](crate::decide::Question::for_hints).
/// [`Register::hints`](crate::register::Register::hints) asks and calls this.
///
/// ```
/// use std::sync::Arc;
///
/// use regulars::decide::{AccountFacts, Facts, KnownAccount, Member, hints};
/// use regulars::ident::{CustomerId, ProgramId, RewardId};
/// use regulars::ledger::{Holding, Lot, LotKey, Seq};
/// use regulars::loyalty::{Program, ProgramVersion, Reward, RewardGift, Unit, VersionedProgram, Where};
/// use regulars::money::{Currency, Money, Units};
/// use regulars::time::{Date, FixedZones, Timestamp};
///
/// let (id, points) = (ProgramId::new("house")?, Unit::Points { decimals: 0 });
/// let mut program = Program::new(id, Currency::from_code("EUR")?, points);
/// program.rewards.push(Reward {
///     id: RewardId::new("mug")?,
///     cost: Units::from_minor(50),
///     gives: RewardGift::AmountOff { amount: Money::from_minor(5_00) },
///     # applies_to: Where::default(), minimum_spend: None, from: None, until: None,
///     # outlets: Vec::new(), tiers: Vec::new(), groups: Vec::new(), lowers_earning: true,
///     // …
/// });
///
/// // Ada has 42 points, 30 of which last to the end of 1970.
/// let ada = CustomerId::new("ada")?;
/// let year_end = Date::from_civil(1970, 12, 31);
/// let lot = |expires, seq, units| Lot {
///     key: LotKey { expires, born: Timestamp::EPOCH, seq: Seq(seq), part: 0 },
///     units: Units::from_minor(units),
/// };
/// let known = KnownAccount {
///     member: Member::default(),
///     tally: None,
///     purchases: None,
///     holding: Holding::new(Units::from_minor(42), [lot(year_end, 2, 30), lot(None, 3, 12)]),
///     latest: Timestamp::EPOCH,
///     history: Vec::new(),
/// };
/// let facts = Facts {
///     next: Seq(4),
///     program: Some(VersionedProgram { version: ProgramVersion([1; 32]), program: Arc::new(program) }),
///     then: None,
///     expiries: Vec::new(),
///     original: None,
///     sales: Vec::new(),
///     accounts: vec![AccountFacts { customer: ada.clone(), known: Some(known) }],
///     kept: Vec::new(),
///     united: false,
/// };
/// let hints = hints(&facts, &ada, None, Timestamp::EPOCH, &FixedZones)?;
/// assert_eq!(hints.next_reward().map(|reward| reward.missing.minor()), Some(8));
/// let next = hints.runs_out.map(|next| (next.units.minor(), Some(next.last_day)));
/// assert_eq!(next, Some((30, year_end)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Refusal::InvalidProgram`] without a program, or if its zone isn't known here, [`Refusal::UnknownCustomer`],
/// [`Refusal::InvalidDocument`] past 63 bits, [`Refusal::Damaged`] where the facts lack what was bought.
pub fn hints(
    facts: &Facts,
    customer: &CustomerId,
    outlet: Option<&OutletId>,
    at: Timestamp,
    zones: &dyn Zones,
) -> Result<Hints, Refusal> {
    let program = &*facts.program()?.program;
    let today = day(zones, program.zone(outlet), at)?;
    let unknown = || Refusal::UnknownCustomer { customer: Some(customer.clone()) };
    let posting = Posting::open(facts, facts.stays(customer), program, at, today)?.ok_or_else(unknown)?;
    let (tier, next_tier) = tiers(program, &posting, at, today)?;
    Ok(Hints {
        customer: posting.customer().clone(),
        balance: posting.balance(),
        rewards: rewards(program, &posting, tier.as_ref(), outlet, (at, today))?,
        tier,
        next_tier,
        cards: cards(program, &posting, today),
        runs_out: runs_out(program, &posting)?,
    })
}

fn rewards(
    program: &Program,
    posting: &Posting<'_>,
    tier: Option<&TierId>,
    outlet: Option<&OutletId>,
    (at, today): (Timestamp, Date),
) -> Result<Vec<RewardHint>, AmountError> {
    let profile = &posting.member.profile;
    let open = program.rewards.iter().filter(|reward| why_not(reward, profile, tier, (at, today)).is_none());
    let is_given_here = |reward: &&Reward| outlet.is_none() || is_among(&reward.outlets, outlet);
    let open = open.filter(is_given_here).filter(|_| posting.takes_part());
    open.map(|reward| {
        let cost = reward.price();
        let missing = cost.minus(posting.balance())?.or_zero();
        Ok(RewardHint { reward: reward.id.clone(), cost, missing })
    })
    .collect()
}

/// The tier that the customer has, and what is missing to the one above.
fn tiers(
    program: &Program,
    posting: &Posting<'_>,
    at: Timestamp,
    today: Date,
) -> Result<(Option<TierId>, Option<TierHint>), AmountError> {
    let Some(tiers) = &program.tiers else { return Ok((None, None)) };
    let tally = posting.tally();
    let place = reached(tiers, tally, (at, at), today)?;
    let has = tiers.level_id(place);
    let above = place.map_or(0, |place| usize::from(place).saturating_add(1));
    let Some(level) = tiers.levels.get(above).filter(|_| posting.takes_part()) else {
        return Ok((has, None));
    };
    let counted = counted(tiers, tally, (at, at), today)?;
    let missing_minor = level.at_minor.checked_sub(counted).ok_or(AmountError::TooLarge)?;
    Ok((has, Some(TierHint { tier: level.id.clone(), by: tiers.by, missing_minor })))
}

fn cards(program: &Program, posting: &Posting<'_>, today: Date) -> Vec<CardHint> {
    let mut hints = Vec::new();
    for card in posting.cards().filter(|card| !card.blocked) {
        let Some(rule) = rule_of(program, card).filter(|rule| rule.valid.contains(today)) else { continue };
        let required = i64::from(rule.required);
        // Behind a debt of punches there is more missing than a whole card.
        let on_card = if card.punches < 0 { Some(card.punches) } else { card.punches.checked_rem(required) };
        let missing = on_card.map_or(0, |punches| required.saturating_sub(punches));
        let (code, punch_card) = (card.code.clone(), card.punch_card.clone());
        hints.push(CardHint { card: code, punch_card, ready: ready(rule, card), missing });
    }
    hints
}

/// The lots that run out first; those without a last day of their own do so by inactivity.
fn runs_out(program: &Program, posting: &Posting<'_>) -> Result<Option<RunsOut>, AmountError> {
    let idle_after = idle_after(program.expiry, posting.tally().last_alive());
    let mut next: Option<RunsOut> = None;
    for lot in posting.lots() {
        let Some(last_day) = lot.key.expires.or(idle_after) else { continue };
        next = Some(match next {
            Some(next) if next.last_day < last_day => next,
            Some(next) if next.last_day == last_day => {
                RunsOut { units: next.units.plus(lot.units)?, last_day }
            }
            _ => RunsOut { units: lot.units, last_day },
        });
    }
    Ok(next)
}
