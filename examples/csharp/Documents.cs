// What a register hands in: customers, the sale that is rung up, and what comes after it.

using System;
using System.Collections.Generic;

namespace Regulars
{
    internal delegate int DocumentCall(ref RawHeader header, ref RawOutcome outcome);
    internal delegate int OutcomeCall(ref RawOutcome outcome);

    public sealed partial class Register
    {
        public Outcome Enrol(Header header, string customer, Profile profile = null)
        {
            byte[] id = Calls.Bytes(customer);
            using (var arena = new Arena())
            {
                RawProfile raw = arena.Profile(profile ?? new Profile());
                return Document(arena, header, (ref RawHeader head, ref RawOutcome outcome) =>
                    Native.regulars_enrol(Handle, ref head, id, Calls.Size(id), ref raw, ref outcome));
            }
        }

        public Outcome Check(Header header, string customer)
        {
            byte[] id = Calls.Bytes(customer);
            return Document(header, (ref RawHeader head, ref RawOutcome outcome) =>
                Native.regulars_check(Handle, ref head, id, Calls.Size(id), ref outcome));
        }

        public Outcome OptOut(Header header, string customer)
        {
            byte[] id = Calls.Bytes(customer);
            return Document(header, (ref RawHeader head, ref RawOutcome outcome) =>
                Native.regulars_opt_out(Handle, ref head, id, Calls.Size(id), ref outcome));
        }

        public Outcome OptIn(Header header, string customer)
        {
            byte[] id = Calls.Bytes(customer);
            return Document(header, (ref RawHeader head, ref RawOutcome outcome) =>
                Native.regulars_opt_in(Handle, ref head, id, Calls.Size(id), ref outcome));
        }

        /// <summary>Whose a code is: OutcomeCustomer has the customer then.</summary>
        public Outcome FindCode(Header header, string code, string symbology = null)
        {
            byte[] read = Calls.Bytes(code), kind = Calls.Bytes(symbology);
            return Document(header, (ref RawHeader head, ref RawOutcome outcome) => Native.regulars_find_code(
                Handle, ref head, read, Calls.Size(read), kind, Calls.Size(kind), ref outcome));
        }

        public Outcome SetCode(Header header, string customer, string code)
        {
            byte[] id = Calls.Bytes(customer), card = Calls.Bytes(code);
            return Document(header, (ref RawHeader head, ref RawOutcome outcome) => Native.regulars_set_code(
                Handle, ref head, id, Calls.Size(id), card, Calls.Size(card), ref outcome));
        }

        public Outcome Claim(Header header, string sale, string customer)
        {
            byte[] bought = Calls.Bytes(sale), id = Calls.Bytes(customer);
            return Document(header, (ref RawHeader head, ref RawOutcome outcome) => Native.regulars_claim(
                Handle, ref head, bought, Calls.Size(bought), id, Calls.Size(id), ref outcome));
        }

        public void SaleBegin(Header header, Sale said = null)
        {
            using (var arena = new Arena())
            {
                RawHeader head = arena.Header(header);
                RawSale sale = SaleIn(arena, said ?? new Sale());
                Calls.Must(Native.regulars_sale_begin(Handle, ref head, ref sale));
            }
        }

        /// <summary>Says anew who buys and all else that a Sale says, until it is settled.</summary>
        public void SaleChange(Sale said) => SaleChange(null, said);

        /// <summary>Says anew when and where it is sold, until it is settled.</summary>
        public void SaleChange(Header header) => SaleChange(header, null);

        /// <summary>Says anew what the sale is, until it is settled; null leaves the one or the other as it is.</summary>
        public void SaleChange(Header header, Sale said)
        {
            using (var arena = new Arena())
            {
                IntPtr head = arena.Struct(header == null ? (RawHeader?)null : arena.Header(header));
                IntPtr sale = arena.Struct(said == null ? (RawSale?)null : SaleIn(arena, said));
                Calls.Must(Native.regulars_sale_change(Handle, head, sale));
            }
        }

        private RawSale SaleIn(Arena arena, Sale said) => new RawSale
        {
            StructSize = Sizes.Of<RawSale>(), Terms = (uint)said.Terms, Customer = arena.Text(said.Customer),
            Discount = MoneyIn(said.Discount), TaxAdded = MoneyIn(said.TaxAdded),
            CashRounding = MoneyIn(said.CashRounding), Flags = said.EarnsNothing ? 1u : 0u
        };

        public void SaleAddLines(params Line[] lines)
        {
            using (var arena = new Arena())
            {
                RawLine[] made = arena.Lines(lines, MoneyIn);
                Calls.Must(Native.regulars_sale_add_lines(Handle, made, Sizes.Count(made), Sizes.Stride<RawLine>()));
            }
        }

        public void SaleRemoveLine(int index) =>
            Calls.Must(Native.regulars_sale_remove_line(Handle, Index(index)));

        public void SaleAddFee(Fee kind, decimal amount) =>
            Calls.Must(Native.regulars_sale_add_fee(Handle, (uint)kind, MoneyIn(amount)));

        public void SaleClearFees() => Calls.Must(Native.regulars_sale_clear_fees(Handle));

        public void SaleAddReward(Reward said)
        {
            using (var arena = new Arena())
            {
                var reward = new RawReward
                {
                    StructSize = Sizes.Of<RawReward>(), Reward = arena.Text(said.Id), Line = arena.Text(said.Line),
                    Reservation = arena.Text(said.Reservation)
                };
                if (said.Units is decimal units)
                {
                    reward.Flags |= 1;
                    reward.Units = UnitsIn(units);
                }
                if (said.Quantity is decimal quantity)
                {
                    reward.Flags |= 2;
                    reward.QuantityValue = Exact.Parts(quantity, out uint scale);
                    reward.QuantityScale = scale;
                }
                Calls.Must(Native.regulars_sale_add_reward(Handle, ref reward));
            }
        }

        public void SaleAddOffer(string card, string line)
        {
            byte[] punched = Calls.Bytes(card), of = Calls.Bytes(line);
            Calls.Must(Native.regulars_sale_add_offer(Handle, punched, Calls.Size(punched), of, Calls.Size(of)));
        }

        public void SaleAddCode(string code)
        {
            byte[] shown = Calls.Bytes(code);
            Calls.Must(Native.regulars_sale_add_code(Handle, shown, Calls.Size(shown)));
        }

        public void SaleAddPayments(params Payment[] payments)
        {
            using (var arena = new Arena())
            {
                RawPayment[] made = arena.Payments(payments, MoneyIn);
                Calls.Must(Native.regulars_sale_add_payments(Handle, made, Sizes.Count(made), Stride(made)));
            }
        }

        public void SaleClearPayments() => Calls.Must(Native.regulars_sale_clear_payments(Handle));

        public void SaleClearRewards() => Calls.Must(Native.regulars_sale_clear_rewards(Handle));

        public Outcome SaleQuote() => OutcomeOf((ref RawOutcome outcome) =>
            Native.regulars_sale_quote(Handle, ref outcome));

        /// <summary>What the customer may pay of the sale in loyalty.</summary>
        public Spendable SaleSpendable()
        {
            var raw = new RawSpendable { StructSize = Sizes.Of<RawSpendable>() };
            Calls.Must(Native.regulars_sale_spendable(Handle, ref raw));
            return new Spendable
            {
                WhyNot = raw.WhyNot == 0 ? null : Calls.NameOf(raw.WhyNot), Least = Money(raw.Least),
                Most = Money(raw.Most), Step = Money(raw.Step), LeastUnits = Units(raw.LeastUnits),
                MostUnits = Units(raw.MostUnits), StepUnits = Units(raw.StepUnits), Balance = Units(raw.Balance),
                Held = Units(raw.Held)
            };
        }

        /// <summary>Look at the State of what this gives: a sale that isn't Settled has something due still.</summary>
        public Outcome SaleSettle(decimal change = 0) => OutcomeOf((ref RawOutcome outcome) =>
            Native.regulars_sale_settle(Handle, MoneyIn(change), out _, ref outcome));

        public Outcome SalePark() => OutcomeOf((ref RawOutcome outcome) =>
            Native.regulars_sale_park(Handle, ref outcome));

        public void SaleCancel() => Calls.Must(Native.regulars_sale_cancel(Handle));

        /// <summary>Sets units aside under the header's id.</summary>
        public Outcome Reserve(Header header, string customer, Spend said)
        {
            if ((said.Amount == null ? 0 : 1) + (said.Units == null ? 0 : 1) + (said.Reward == null ? 0 : 1) != 1)
                throw new ArgumentException("one of Amount, Units and Reward is set aside");
            byte[] id = Calls.Bytes(customer);
            using (var arena = new Arena())
            {
                var spend = new RawSpend { StructSize = Sizes.Of<RawSpend>(), Reward = arena.Text(said.Reward) };
                spend.Kind = said.Amount != null ? 0u : said.Units != null ? 1u : 2u;
                spend.Value = said.Amount is decimal amount ? MoneyIn(amount) : UnitsIn(said.Units ?? 0);
                if (said.Quantity is decimal quantity)
                {
                    spend.QuantityValue = Exact.Parts(quantity, out uint scale);
                    spend.QuantityScale = scale;
                }
                return Document(arena, header, (ref RawHeader head, ref RawOutcome outcome) =>
                    Native.regulars_reserve(Handle, ref head, id, Calls.Size(id), ref spend, ref outcome));
            }
        }

        public Outcome Release(Header header) => Document(header, (ref RawHeader head, ref RawOutcome outcome) =>
            Native.regulars_release(Handle, ref head, ref outcome));

        public Outcome Capture(Header header) => Document(header, (ref RawHeader head, ref RawOutcome outcome) =>
            Native.regulars_capture(Handle, ref head, ref outcome));

        public Outcome Pay(Header header, string sale, IEnumerable<Payment> payments, decimal change = 0)
        {
            byte[] id = Calls.Bytes(sale);
            using (var arena = new Arena())
            {
                RawPayment[] list = arena.Payments(payments, MoneyIn);
                return Document(arena, header, (ref RawHeader head, ref RawOutcome outcome) => Native.regulars_pay(
                    Handle, ref head, id, Calls.Size(id), list, Sizes.Count(list), Stride(list), MoneyIn(change),
                    out _, ref outcome));
            }
        }

        public Outcome PayAccount(
            Header header, string customer, IEnumerable<Payment> payments, params string[] sales)
        {
            byte[] id = Calls.Bytes(customer);
            using (var arena = new Arena())
            {
                RawPayment[] list = arena.Payments(payments, MoneyIn);
                RawText[] named = Array.ConvertAll(sales, arena.Text);
                return Document(arena, header, (ref RawHeader head, ref RawOutcome outcome) =>
                    Native.regulars_pay_account(
                        Handle, ref head, id, Calls.Size(id), list, Sizes.Count(list), Stride(list), named,
                        Sizes.Count(named), ref outcome));
            }
        }

        /// <summary>Takes goods back. Without refund the money goes back in the shares in which they paid.</summary>
        public Outcome Return(
            Header header, string sale, IEnumerable<ReturnedLine> lines, IEnumerable<Payment> refund = null)
        {
            byte[] id = Calls.Bytes(sale);
            using (var arena = new Arena())
            {
                RawReturnedLine[] goods = arena.Returned(lines);
                RawPayment[] back = arena.Payments(refund, MoneyIn);
                return Document(arena, header, (ref RawHeader head, ref RawOutcome outcome) => Native.regulars_return(
                    Handle, ref head, id, Calls.Size(id), goods, Sizes.Count(goods), Sizes.Stride<RawReturnedLine>(),
                    back, Sizes.Count(back), Stride(back), ref outcome));
            }
        }

        public Outcome ReturnAmount(
            Header header, string sale, decimal amount, IEnumerable<Payment> refund = null)
        {
            byte[] id = Calls.Bytes(sale);
            using (var arena = new Arena())
            {
                RawPayment[] back = arena.Payments(refund, MoneyIn);
                return Document(arena, header, (ref RawHeader head, ref RawOutcome outcome) =>
                    Native.regulars_return_amount(
                        Handle, ref head, id, Calls.Size(id), MoneyIn(amount), back, Sizes.Count(back), Stride(back),
                        ref outcome));
            }
        }

        public Outcome ReturnWithoutSale(Header header, string customer, params Line[] lines)
        {
            byte[] id = Calls.Bytes(customer);
            using (var arena = new Arena())
            {
                RawLine[] goods = arena.Lines(lines, MoneyIn);
                return Document(arena, header, (ref RawHeader head, ref RawOutcome outcome) =>
                    Native.regulars_return_without_sale(
                        Handle, ref head, id, Calls.Size(id), goods, Sizes.Count(goods), Sizes.Stride<RawLine>(),
                        ref outcome));
            }
        }

        public Outcome Exchange(
            Header header, string sale, IEnumerable<ReturnedLine> lines, decimal change = 0)
        {
            byte[] id = Calls.Bytes(sale);
            using (var arena = new Arena())
            {
                RawReturnedLine[] goods = arena.Returned(lines);
                return Document(arena, header, (ref RawHeader head, ref RawOutcome outcome) =>
                    Native.regulars_exchange(
                        Handle, ref head, id, Calls.Size(id), goods, Sizes.Count(goods),
                        Sizes.Stride<RawReturnedLine>(), MoneyIn(change), out _, ref outcome));
            }
        }

        public Outcome Void(Header header, string sale)
        {
            byte[] id = Calls.Bytes(sale);
            return Document(header, (ref RawHeader head, ref RawOutcome outcome) =>
                Native.regulars_void(Handle, ref head, id, Calls.Size(id), ref outcome));
        }

        private static UIntPtr Stride(RawPayment[] list) => list == null ? UIntPtr.Zero : Sizes.Stride<RawPayment>();

        private Outcome Document(Header header, DocumentCall call)
        {
            using (var arena = new Arena())
                return Document(arena, header, call);
        }

        private Outcome Document(Arena arena, Header header, DocumentCall call)
        {
            RawHeader head = arena.Header(header);
            return OutcomeOf((ref RawOutcome outcome) => call(ref head, ref outcome));
        }

        private Outcome OutcomeOf(OutcomeCall call)
        {
            var raw = new RawOutcome { StructSize = Sizes.Of<RawOutcome>() };
            Calls.Must(call(ref raw));
            Func<uint, long, decimal?> ifThere = (flag, units) =>
                (raw.Flags & flag) != 0 ? Units(units) : (decimal?)null;
            return new Outcome
            {
                Duplicate = (raw.Flags & 1) != 0,
                Earned = Units(raw.Earned),
                Redeemed = Units(raw.Redeemed),
                ClawedBack = Units(raw.ClawedBack),
                Restored = Units(raw.Restored),
                Expired = Units(raw.Expired),
                Adjusted = Units(raw.Adjusted),
                WrittenOff = Units(raw.WrittenOff),
                Balance = ifThere(2, raw.Balance),
                Held = ifThere(4, raw.Held),
                Claimable = ifThere(8, raw.Claimable),
                Forecast = ifThere(16, raw.Forecast),
                Due = (raw.Flags & 32) != 0 ? Money(raw.Due) : (decimal?)null,
                BalanceDue = Money(raw.BalanceDue),
                Discount = Money(raw.Discount),
                Refund = Money(raw.Refund),
                KeptFromRefund = Money(raw.KeptFromRefund),
                State = (State)raw.SaleState,
                SaleCount = (int)raw.SaleCount,
                SettledCount = (int)raw.SettledCount,
                RefundCount = (int)raw.RefundCount,
                LotCount = (int)raw.LotCount,
                CardCount = (int)raw.CardCount
            };
        }
    }
}
