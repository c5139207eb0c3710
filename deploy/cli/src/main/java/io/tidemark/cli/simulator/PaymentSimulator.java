package io.tidemark.cli.simulator;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Simulated card payments, a day at a time and without an end.
 *
 * <p>How it works: a customer has a home in a square, a mean amount (uniform 5 … 100, standard
 * deviation half of it), a daily rate (uniform 0 … 4, payments of a day Poisson) and pays at
 * terminals in reach of the home, around noon (normal, standard deviation 20,000 s; what falls
 * outside the day does not happen). Then fraud, each scenario after the one before it, the last one
 * recorded: an amount above 220; two terminals of 10,000 compromised every day for 28 days; three
 * cards of 5,000 leaked every day for 14 days, on each of whose payments the thief is at work with
 * a chance of one third and spends five times as much. With fewer terminals or customers, frauds
 * begin on as many fewer days, so that the share of fraud does not depend on the size of the world.
 *
 * <p>Payments are in order of time; ids count from 0 in that order, ties included. Memory grows
 * with customers and terminals and not with days. Not thread-safe.
 */
public final class PaymentSimulator {
  private static final int SECONDS_PER_DAY = 86_400;
  private static final double MIDDAY_SECONDS = SECONDS_PER_DAY / 2.0;
  private static final double TIME_OF_DAY_STD_SECONDS = 20_000;

  private static final double LEAST_MEAN_AMOUNT = 5;
  private static final double LARGEST_MEAN_AMOUNT = 100;
  private static final double LARGEST_DAILY_RATE = 4;

  private static final long LARGE_AMOUNT_CENTS = 220_00;
  private static final int COMPROMISED_DAYS = 28;
  private static final int LEAKED_DAYS = 14;
  private static final int LEAKED_AMOUNT_FACTOR = 5;
  private static final int LEAKED_ONE_IN = 3;

  private record Customer(double homeX, double homeY, double meanAmount, double chanceOfNoPayment) {
    static Customer draw(Draws draws) {
      return new Customer(
          draws.uniform(0, TerminalMap.SIDE),
          draws.uniform(0, TerminalMap.SIDE),
          draws.uniform(LEAST_MEAN_AMOUNT, LARGEST_MEAN_AMOUNT),
          StrictMath.exp(-draws.uniform(0, LARGEST_DAILY_RATE)));
    }

    long drawAmountCents(Draws draws) {
      double amount = meanAmount + meanAmount / 2 * draws.gaussian();
      return Math.round(100 * (amount < 0 ? draws.uniform(0, 2 * meanAmount) : amount));
    }
  }

  /** A payment before its day is in order. */
  private record Draft(int secondOfDay, int customer, int terminal, long amountCents) {}

  private final Draws paymentDraws;
  private final Draws fraudDraws;
  private final TerminalMap terminals;
  private final List<Customer> customers;

  /** For each customer the only terminal in use, or -1 where there are some in reach. */
  private final int[] remoteTerminal;

  private final FraudSpells compromisedTerminals;
  private final FraudSpells leakedCards;

  private final long firstSecond;
  private long day;
  private long nextTransactionId;

  public PaymentSimulator(SimulatorConfig config) {
    SplittableRandom bits = new SplittableRandom(config.seed());
    Draws profileDraws = new Draws(bits.split());
    paymentDraws = new Draws(bits.split());
    fraudDraws = new Draws(bits.split());
    terminals = new TerminalMap(config.terminals(), profileDraws);
    customers =
        Stream.generate(() -> Customer.draw(profileDraws)).limit(config.customers()).toList();
    remoteTerminal = customers.stream().mapToInt(this::remoteTerminalOf).toArray();
    compromisedTerminals = new FraudSpells(config.terminals(), 2, 10_000, COMPROMISED_DAYS);
    leakedCards = new FraudSpells(config.customers(), 3, 5_000, LEAKED_DAYS);
    firstSecond = config.firstDay().atStartOfDay().toEpochSecond(ZoneOffset.UTC);
  }

  /** All payments from where {@link #nextDay} stands, without an end. */
  public Stream<Payment> stream() {
    return Stream.generate(this::nextDay).flatMap(List::stream);
  }

  /** The payments of the next day, none on a quiet day of a small world. */
  public List<Payment> nextDay() {
    List<Draft> drafts = new ArrayList<>();
    for (int c = 0; c < customers.size(); c++) {
      draftPayments(c, drafts);
    }
    drafts.sort(Comparator.comparingInt(Draft::secondOfDay));

    compromisedTerminals.beginDay(day, fraudDraws);
    leakedCards.beginDay(day, fraudDraws);
    List<Payment> payments = new ArrayList<>(drafts.size());
    for (Draft draft : drafts) {
      payments.add(complete(draft));
    }
    day++;
    return payments;
  }

  private int remoteTerminalOf(Customer customer) {
    return terminals.hasAnyInReach(customer.homeX, customer.homeY)
        ? -1
        : terminals.nearest(customer.homeX, customer.homeY);
  }

  private void draftPayments(int customerIndex, List<Draft> drafts) {
    Customer customer = customers.get(customerIndex);
    for (int left = paymentDraws.poisson(customer.chanceOfNoPayment); left > 0; left--) {
      double second =
          Math.floor(MIDDAY_SECONDS + TIME_OF_DAY_STD_SECONDS * paymentDraws.gaussian());
      if (second < 0 || second >= SECONDS_PER_DAY) {
        continue;
      }
      int terminal =
          remoteTerminal[customerIndex] >= 0
              ? remoteTerminal[customerIndex]
              : terminals.draw(customer.homeX, customer.homeY, paymentDraws);
      long amountCents = customer.drawAmountCents(paymentDraws);
      drafts.add(new Draft((int) second, customerIndex, terminal, amountCents));
    }
  }

  private Payment complete(Draft draft) {
    long amountCents = draft.amountCents;
    FraudScenario scenario =
        amountCents > LARGE_AMOUNT_CENTS ? FraudScenario.LARGE_AMOUNT : FraudScenario.GENUINE;
    if (compromisedTerminals.isUnderWay(draft.terminal, day)) {
      scenario = FraudScenario.COMPROMISED_TERMINAL;
    }
    if (leakedCards.isUnderWay(draft.customer, day) && fraudDraws.below(LEAKED_ONE_IN) == 0) {
      scenario = FraudScenario.LEAKED_CARD;
      amountCents *= LEAKED_AMOUNT_FACTOR;
    }
    return new Payment(
        nextTransactionId++,
        Instant.ofEpochSecond(firstSecond + day * SECONDS_PER_DAY + draft.secondOfDay),
        Integer.toString(draft.customer),
        Integer.toString(draft.terminal),
        BigDecimal.valueOf(amountCents, 2),
        scenario);
  }
}
