//! What the customer bought, before the document and by it.

use alloc::vec::Vec;

use crate::decide::posting::{Posting, too_many_sales};
use crate::decide::replay::Replay;
use crate::decide::{Facts, Purchase, Refused, Tally, TallyChange};
use crate::ledger::Seq;
use crate::time::Date;

/// So many days more than the program needs are kept one by one: for laybys, whose lines were rung up
/// long before they settle, and for returns. For one that is older still, all purchases are read once.
const DAYS_TO_SPARE: u16 = 40;

/// What lies further back is put into one sum at most once in so many days: that changes all of the tally.
const DAYS_TOGETHER: u16 = 32;

/// For customers whose tally isn't read.
static NOTHING: Tally = Tally::new();

/// The first day from which on purchases are kept one by one, under the program that holds now.
pub(super) fn told_apart_since(facts: &Facts, today: Date) -> Option<Date> {
    let program = &facts.program.as_ref()?.program;
    let looks = program.looks_at_purchases();
    looks.then(|| program.looks_back_to(today).minus_days(DAYS_TO_SPARE))
}

impl Posting<'_> {
    /// What the customer bought, as of the document's time; nothing where the program doesn't look at it.
    pub(in crate::decide) fn tally(&self) -> &Tally {
        self.tally.as_ref().unwrap_or(&NOTHING)
    }

    /// What the customer bought by now, later documents included (Q19).
    pub(in crate::decide) fn tally_by_now(&self) -> &Tally {
        self.tally_by_now.as_ref().unwrap_or_else(|| self.tally())
    }

    /// A purchase as this document has left it, if it has changed it.
    pub(in crate::decide) fn bought(&self, purchase: &Purchase) -> Option<&Purchase> {
        self.bought.get(self.place(key(purchase)).ok()?)
    }

    fn place(&self, key: (Seq, u16)) -> Result<usize, usize> {
        self.bought.binary_search_by_key(&key, self::key)
    }

    /// The last purchase that this document has made or changed.
    pub(in crate::decide) fn last_bought(&self) -> Option<&Purchase> {
        self.bought.last()
    }

    /// The part that the next purchase of this document gets.
    pub(in crate::decide) fn next_purchase(&self) -> Result<u16, Refused> {
        let made = self.bought.iter().filter(|bought| bought.seq == self.seq).count();
        u16::try_from(made).map_err(|_| too_many_sales())
    }

    /// Keeps a purchase that is new, or has changed: then it is said what it was before the document.
    pub(in crate::decide) fn keep_purchase(
        &mut self,
        before: Option<&Purchase>,
        now: Purchase,
    ) -> Result<(), Refused> {
        let key = key(&now);
        let place = self.place(key);
        let before = place.ok().and_then(|place| self.bought.get(place)).or(before);
        self.tally_grows =
            self.tally_grows.take().zip(Tally::grown_by(before, &now)).map(|(mut all, more)| {
                all.add(&more);
                all
            });
        let by_now = if self.late.is_some() { &mut self.tally_by_now } else { &mut self.tally };
        if let Some(tally) = by_now {
            tally.put(before, &now)?;
        }
        if let Some(late) = &mut self.late {
            late.then.keep(&now, self.at);
            self.tally = Some(late.then.tally());
        }
        match place {
            Ok(place) => {
                if let Some(known) = self.bought.get_mut(place) {
                    *known = now;
                }
            }
            Err(place) => self.bought.insert(place, now),
        }
        Ok(())
    }

    /// What becomes of the tally that is kept.
    pub(super) fn close_tally(&mut self) -> TallyChange {
        // A purchase may stand in two registers' operations as each knew it: only all of them in their order say
        // how it is by now.
        let is_earlier = |bought: &Purchase| bought.seq != self.seq;
        if self.ends_tally || (self.united && self.bought.iter().any(is_earlier)) {
            return TallyChange::Gone;
        }
        let kept = if self.late.is_some() { self.tally_by_now.take() } else { self.tally.take() };
        match (kept, self.told_apart_since) {
            (Some(mut tally), Some(since)) if self.replaces_tally || !self.bought.is_empty() => {
                let fold_before = (tally.since.plus_days(DAYS_TOGETHER) <= since).then_some(since);
                match self.tally_grows.take().filter(|_| !self.replaces_tally) {
                    Some(by) => TallyChange::Grows { by, fold_before },
                    None => {
                        fold_before.into_iter().for_each(|day| tally.fold_before(day));
                        TallyChange::Is(tally)
                    }
                }
            }
            _ => TallyChange::Stays,
        }
    }
}

/// What tells a purchase from others.
fn key(purchase: &Purchase) -> (Seq, u16) {
    (purchase.seq, purchase.part)
}

impl Replay {
    /// What the customer had bought.
    pub(in crate::decide) fn tally(&self) -> Tally {
        let purchases: Vec<_> = self.purchases_by_then().collect();
        Tally::of(purchases.iter().map(AsRef::as_ref))
    }
}
