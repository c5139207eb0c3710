"""How well payments are ranked, as investigators see it.

The definitions are those of the Fraud Detection Handbook (Le Borgne, Siblini, Lebichot, Bontempi;
chapters 3 and 4), so that figures can be compared with its.
"""

from sklearn.metrics import average_precision_score, roc_auc_score


def undiscovered(payments, known_from, start, end, label_delay):
    """The payments in [start, end) of cards that nobody knows to be compromised.

    A card is known on a day if it had a fraud at or after `known_from` whose label has arrived
    when the day begins, that is `label_delay` before it. It would be blocked; ranking it high
    again is no merit.
    """
    window = payments[(payments.time >= start) & (payments.time < end)]
    frauds = payments[(payments.fraud == 1) & (payments.time >= known_from)]
    first_fraud = window.customer_id.map(frauds.groupby("customer_id").time.min())
    return window[~(first_fraud < window.time.dt.floor("D") - label_delay)]


def card_precision(payments, scores, k):
    """Of the k cards a day with the highest score, the share that is compromised; mean of days.

    A card's score on a day is the highest of its payments; it is compromised if one of them is a
    fraud. A compromised card among the k is found: it is left out on later days. Equal scores are
    taken in the order of the card's id.
    """
    found, shares = set(), []
    scored = payments.assign(score=scores)
    for _, day in scored.groupby(scored.time.dt.floor("D")):
        cards = day[~day.customer_id.isin(found)].groupby("customer_id")[["score", "fraud"]].max()
        top = cards.sort_values("score", ascending=False, kind="stable").head(k)
        hits = top.index[top.fraud == 1]
        found.update(hits)
        shares.append(len(hits) / k)
    return sum(shares) / len(shares)


def metrics(payments, scores):
    """AUC ROC and average precision over payments, card precision@100 over cards and days."""
    return {
        "auc_roc": float(roc_auc_score(payments.fraud, scores)),
        "average_precision": float(average_precision_score(payments.fraud, scores)),
        "card_precision_100": card_precision(payments, scores, 100),
    }
