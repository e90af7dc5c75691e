//! Every store passes the same suite.

#![cfg(feature = "json")]

mod common;

use std::convert::Infallible;

use common::shop::{Shop, sale};
use common::suite::{self, Fresh};
use regulars::adapter::memory::MemoryStore;
use regulars::decide::{ChangeSet, Facts, Kind, Operation, Question};
use regulars::ident::{CustomerId, RegisterId};
use regulars::ledger::{OperationName, Origin, Seq};
use regulars::store::{Counts, OutboxError, Store, Transaction, outbox, share};

macro_rules! conforms {
    ($($test:ident),+ $(,)?) => {
        mod memory {
            $(#[test]
            fn $test() {
                super::suite::$test(&super::Memory);
            })+
        }

        #[cfg(feature = "sqlite")]
        mod sqlite {
            $(#[test]
            fn $test() {
                super::suite::$test(&super::Sqlite::new());
            })+
        }
    };
}

/// A store that keeps a ledger without a name, and leaves all that is asked of one that shares as it is.
struct Plain(MemoryStore);

struct PlainTransaction<'s>(<MemoryStore as Store>::Transaction<'s>);

impl Store for Plain {
    type Error = Infallible;
    type Transaction<'s> = PlainTransaction<'s>;

    fn begin(&mut self) -> Result<PlainTransaction<'_>, Infallible> {
        self.0.begin().map(PlainTransaction)
    }

    fn operations(&mut self, from: Seq, most: usize) -> Result<Vec<Operation>, Infallible> {
        self.0.operations(from, most)
    }
}

impl Transaction for PlainTransaction<'_> {
    type Error = Infallible;

    fn facts(&mut self, question: &Question<'_>) -> Result<Facts, Infallible> {
        self.0.facts(question)
    }

    fn customers(&mut self, after: Option<&CustomerId>, most: usize) -> Result<Vec<CustomerId>, Infallible> {
        self.0.customers(after, most)
    }

    fn counts(&mut self) -> Result<Counts, Infallible> {
        self.0.counts()
    }

    fn record(&mut self, changes: &ChangeSet) -> Result<(), Infallible> {
        self.0.record(changes)
    }

    fn commit(self) -> Result<(), Infallible> {
        self.0.commit()
    }
}

/// It is a ledger, and shares nothing: whatever others ask it for isn't there.
#[test]
fn a_store_need_not_share() {
    let mut shop = Shop::open(Plain(MemoryStore::default()));
    shop.submit(&sale("S1", "03-01", "ada", "20.00"));
    assert_eq!(shop.verify().operations, 2);
    let till = RegisterId::new("till-1").unwrap();
    let origin = Origin { register: till.clone(), epoch: 0 };
    let name = OperationName { origin: origin.clone(), number: 1 };
    let ada = CustomerId::new("ada").unwrap();
    let version = shop.operations()[1].program;
    let mut transaction = shop.register.store_mut().begin().unwrap();
    assert!(matches!(share(&mut transaction, &till), Err(OutboxError::CannotShare)));
    assert!(matches!(outbox(&mut transaction, None, 9), Err(OutboxError::NoName)));
    assert_eq!((transaction.begin_epoch(1), transaction.epochs()), (Ok(false), Ok(vec![])));
    assert_eq!((transaction.sharing(), transaction.unforeseen()), (Ok(None), [0; 2]));
    assert_eq!((transaction.seq_of(&name), transaction.order_of(Seq(1))), (Ok(None), Ok(None)));
    assert_eq!((transaction.last_of(&origin), transaction.own_until(Seq(1))), (Ok(0), Ok(None)));
    assert_eq!(
        (transaction.under(Kind::Sale, "S1"), transaction.has_program(&version)),
        (Ok(None), Ok(false))
    );
    assert_eq!((transaction.waiting(&name), transaction.count_waiting()), (Ok(None), Ok(0)));
    assert_eq!(transaction.waiting_from(), Ok(vec![]));
    let nothing = [
        transaction.read(Seq(1), 9),
        transaction.own(0, 9),
        transaction.concerning(&ada),
        transaction.deciding(None),
    ];
    assert_eq!(nothing, [const { Ok(Vec::new()) }; 4]);
}

conforms! {
    the_outbox_has_what_is_not_acknowledged,
    operations_come_in_any_order,
    units_spent_twice_are_owed,
    a_document_at_two_registers_counts_once,
    what_cannot_be_is_contested,
    a_name_stands_for_one_operation,
    units_run_out_once,
    what_waits_can_be_dropped,
    a_parcel_has_one_form,
    no_more_wait_than_may,
    changes_at_several_registers_add_up,
    an_offer_used_twice_is_owed,
    offers_are_those_of_all_punches,
    what_is_held_ends_at_one_register,
    debts_outlast_what_did_not_know_of_them,
    a_customer_joins_once,
    a_layby_at_two_registers_earns_once,
    returns_at_two_registers_both_count,
    what_came_back_whole_is_undone,
    a_sale_is_claimed_once,
    a_sale_that_does_not_count_gives_nothing,
    a_hold_is_that_of_the_first_register,
    a_hold_ends_though_another_of_its_id_did,
    the_sale_of_an_exchange_is_claimed_whole,
    what_comes_back_of_a_claimed_sale_is_taken_back,
    a_sale_id_at_two_registers_earns_once,
    of_two_put_aside_the_later_stays,
    a_document_of_the_first_moment_is_shared,
    a_return_at_two_registers_counts_once,
    what_was_spent_goes_back_once,
    what_a_merged_record_had_goes_back,
    what_a_sale_punched_is_taken_back_once,
    a_return_by_a_slow_clock_makes_no_purchase_earlier,
    what_a_slow_clock_gives_back_has_not_run_out_before,
    the_latest_of_its_returns_undoes_a_purchase,
    what_a_slow_clock_takes_back_goes_by_its_sale,
    who_put_a_sale_aside_has_not_bought_it,
    inactivity_is_that_at_all_registers,
    what_came_late_comes_to_the_same_elsewhere,
    what_is_decided_late_is_the_same_everywhere,
    what_a_register_brings_back_is_there_once,
    what_had_run_out_stays_out_when_its_sale_is_undone,
    what_another_claimed_first_keeps_nothing_alive,
    what_came_late_before_others_were_heard_of_is_the_same_everywhere,
    a_program_for_later_holds_later,
    a_program_that_was_set_last_holds,
    a_program_from_elsewhere_concerns_everybody_since,
    what_a_slow_clock_undoes_is_undone,
    late_documents_count_where_registers_share,
    a_program_that_comes_later_holds_from_its_place_on,
    inactivity_is_folded_as_it_was_decided,
    what_moves_nothing_lets_nothing_run_out,
    a_tally_is_kept_after_registers_have_met,
    codes_are_found_after_registers_have_met,
    a_merge_counts_for_what_others_do_meanwhile,
    lots_of_a_merged_record_keep_their_days,
    of_a_circle_the_first_merge_counts,
    who_goes_to_two_makes_them_one,
    all_of_a_merged_record_goes,
    what_a_merge_knew_of_is_as_it_decided,
    what_comes_after_a_merge_finds_all_of_it_once,
    a_code_given_twice_is_the_later_ones,
    a_code_written_otherwise_is_given_anew,
    a_code_that_went_on_stays_away_after_a_merge,
    what_was_decided_before_keeps_nothing_alive,
    what_ran_out_too_early_comes_back_once_after_a_merge,
    what_comes_late_had_run_out_before_a_merge,
    a_claimed_sale_counts_for_one_tier,
    what_comes_back_after_claimants_were_merged_comes_back_once,
    what_was_taken_back_of_another_claimant_is_taken_of_the_first,
    what_came_back_of_a_claimed_sale_counts_for_its_tier,
    a_claimed_sale_that_was_voided_counts_for_no_tier,
    an_account_adds_up_at_several_registers,
    debts_of_merged_records_are_all_there,
    credit_that_was_merged_to_nothing_is_none,
    a_debt_paid_twice_is_contested,
    what_is_forged_stays_out,
    an_empty_store_knows_nothing,
    what_was_recorded_is_in_the_facts,
    ids_are_told_apart_by_type,
    ids_are_compared_as_they_are_written,
    a_customer_without_a_sale_is_known,
    a_parked_sale_gives_way,
    a_parked_sale_has_its_history,
    versions_of_the_program_stay,
    accounts_come_once_each,
    operations_come_in_pages,
    a_question_about_nothing_is_answered,
    history_comes_where_units_may_be_gone,
    history_comes_where_other_lots_may_have_paid,
    what_is_no_purchase_leaves_the_tally,
    a_sale_has_its_history,
    an_account_payment_is_in_each_history,
    undoing_brings_back_what_was_there,
    a_late_document_sees_its_own_time,
    lots_come_in_the_order_of_use,
    lots_that_run_out_are_seen_by_every_document,
    a_debt_is_filled_before_there_are_lots,
    units_go_back_into_their_lots,
    a_lot_names_its_operation,
    what_is_not_committed_was_not_there,
    a_batch_sees_itself,
    whoever_looks_in_a_batch_changes_nothing,
    what_is_given_up_changes_nothing_later,
    a_transaction_sees_what_came,
    a_late_document_has_the_program_of_its_time,
    what_is_refused_records_nothing,
    the_same_again_changes_nothing,
    the_same_again_needs_no_past,
    asking_changes_nothing,
    long_sales_are_exact,
    where_nothing_is_due_no_amount_earns,
    a_second_void_answers_as_the_first,
    what_changes_nothing_shows_the_tier,
    goods_without_their_sale_owe_what_they_would_earn,
    a_later_program_sees_older_purchases,
    tallies_tell_what_purchases_tell,
    a_sale_reads_a_tally,
    a_tally_does_not_grow_for_ever,
    inactivity_reads_a_tally,
    what_counts_for_ever_is_one_sum,
    tallies_survive_odd_histories,
    one_payment_settles_many_sales,
    what_a_payment_earns_does_not_pay_in_it,
    what_has_run_out_fills_no_debt,
    each_answer_says_where_the_sale_stands,
    what_is_over_pays_the_next_debt,
    a_cleared_account_settles_all,
    a_paid_sale_waits_for_its_account,
    a_claimed_sale_is_the_claimants,
    an_even_swap_changes_nothing,
    a_late_merge_counts_from_its_time_on,
    a_late_merge_keeps_nothing_alive_too_early,
    what_a_merged_record_owed_is_paid_in_the_order_of_use,
    merging_keeps_all,
    a_code_is_one_customers,
    a_quote_leaves_no_trace,
    what_is_held_ends_once,
    a_payment_takes_what_was_held_for_it,
    what_is_held_does_not_run_out,
    a_return_gives_back_its_share_of_a_reward,
    what_is_free_never_earns,
    rewards_that_cannot_apply_are_refused,
    offers_are_held_and_used_and_free_again,
    a_layby_punches_when_it_settles,
    each_card_is_shown,
    punches_that_were_used_are_owed,
    a_sale_in_hand_shows_the_offers,
    cards_that_cannot_be_used_are_refused,
    an_offer_is_for_one_line,
    any_documents_make_the_same_ledger,
    any_campaigns_make_the_same_ledger,
    change_sets_merge,
    customers_come_in_pages,
    hints_say_what_is_missing,
    hints_are_those_of_an_outlet,
    hints_of_those_who_take_no_part,
    inactivity_is_hinted,
    a_dry_run_changes_nothing,
    a_dry_run_counts_who_was_merged_once,
    a_dry_run_refuses_what_can_not_be_set,
}

struct Memory;

impl Fresh for Memory {
    type Store = MemoryStore;

    fn fresh(&self) -> MemoryStore {
        MemoryStore::default()
    }
}

#[cfg(feature = "sqlite")]
struct Sqlite {
    folder: common::folder::Folder,
    stores: std::cell::Cell<u32>,
}

#[cfg(feature = "sqlite")]
impl Sqlite {
    fn new() -> Sqlite {
        Sqlite { folder: common::folder::Folder::new(), stores: std::cell::Cell::new(0) }
    }

    fn file(&self, number: u32) -> std::path::PathBuf {
        self.folder.file(&format!("{number}.ledger"))
    }
}

#[cfg(feature = "sqlite")]
impl Fresh for Sqlite {
    type Store = regulars::adapter::sqlite::SqliteStore;

    fn fresh(&self) -> Self::Store {
        let number = self.stores.get();
        self.stores.set(number.wrapping_add(1));
        regulars::adapter::sqlite::SqliteStore::open(self.file(number)).expect("a fresh ledger")
    }
}

/// Whatever a test has played, what the file keeps for itself fits the rest.
#[cfg(feature = "sqlite")]
impl Drop for Sqlite {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        for number in 0..self.stores.get() {
            let store = regulars::adapter::sqlite::SqliteStore::open(self.file(number));
            store.and_then(|mut store| store.check_file()).expect("a ledger that was closed");
        }
    }
}
