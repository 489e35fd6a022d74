"""What an answer costs: a hosted language model against a model of your own, with your own numbers.

This room computes with numbers alone and may import `errors`.
"""

from qa_lesson.costs.comparing import CostComparison, HostedModel, OwnModel, compare_costs, watt_hours

__all__ = ["CostComparison", "HostedModel", "OwnModel", "compare_costs", "watt_hours"]
