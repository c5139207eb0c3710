"""The card metrics on days small enough to count by hand."""

import unittest

import pandas as pd

import evaluation


def payments(*rows):
    """Rows of time, card, fraud."""
    frame = pd.DataFrame(rows, columns=["time", "customer_id", "fraud"])
    return frame.assign(time=pd.to_datetime(frame.time, utc=True))


def moment(text):
    return pd.Timestamp(text, tz="UTC")


class EvaluationTest(unittest.TestCase):
    def test_card_is_as_suspicious_as_its_worst_payment_and_found_once(self):
        days = payments(
            ("2025-01-01T10:00:00Z", "a", 1),
            ("2025-01-01T11:00:00Z", "a", 0),
            ("2025-01-01T12:00:00Z", "b", 0),
            ("2025-01-01T13:00:00Z", "c", 1),
            ("2025-01-02T10:00:00Z", "a", 1),
            ("2025-01-02T11:00:00Z", "b", 1),
            ("2025-01-02T12:00:00Z", "c", 1),
        )
        scores = [0.1, 0.9, 0.8, 0.2, 0.9, 0.8, 0.7]
        # day 1: a (found, by its genuine payment's score) and b; day 2: b and c, for a is known
        self.assertEqual(evaluation.card_precision(days, scores, 2), (1 / 2 + 2 / 2) / 2)
        # day 1: a; day 2: b
        self.assertEqual(evaluation.card_precision(days, scores, 1), 1.0)
        # fewer cards than k: the share is still of k
        self.assertEqual(evaluation.card_precision(days, scores, 4), (2 / 4 + 1 / 4) / 2)

    def test_equal_scores_are_taken_by_card(self):
        day = payments(("2025-01-01T10:00:00Z", "b", 1), ("2025-01-01T11:00:00Z", "a", 0))
        self.assertEqual(evaluation.card_precision(day, [0.5, 0.5], 1), 0.0)

    def test_card_is_left_out_from_the_morning_its_fraud_is_known(self):
        history = payments(
            ("2024-12-31T23:59:59Z", "old", 1),  # before known_from: nobody looked
            ("2025-01-02T23:59:59Z", "known", 1),
            ("2025-01-03T00:00:00Z", "later", 1),
            ("2025-01-03T00:00:00Z", "genuine", 0),
            *((f"2025-01-{day}T08:00:00Z", card, 0)
              for day in ("10", "11") for card in ("old", "known", "later", "genuine")),
            ("2025-01-12T00:00:00Z", "genuine", 0),  # after the window
        )
        left = evaluation.undiscovered(
            history,
            known_from=moment("2025-01-01"),
            start=moment("2025-01-10"),
            end=moment("2025-01-12"),
            label_delay=pd.Timedelta(days=7),
        )
        self.assertEqual(
            [(time.day, card) for time, card in zip(left.time, left.customer_id)],
            [(10, "old"), (10, "later"), (10, "genuine"), (11, "old"), (11, "genuine")],
        )

    def test_metrics_of_a_perfect_ranking(self):
        day = payments(("2025-01-01T10:00:00Z", "a", 0), ("2025-01-01T11:00:00Z", "b", 1))
        self.assertEqual(
            evaluation.metrics(day, [0.1, 0.2]),
            {"auc_roc": 1.0, "average_precision": 1.0, "card_precision_100": 0.01},
        )


if __name__ == "__main__":
    unittest.main()
