"""Frame in, figure out: every kind of chart that the pages draw."""

from pages._ui.charts.bars import bars, columns, lying
from pages._ui.charts.grid import grid
from pages._ui.charts.manners import Figure
from pages._ui.charts.steps import steps
from pages._ui.charts.tree import tree
from pages._ui.charts.waterfall import waterfall

__all__ = ["Figure", "bars", "columns", "grid", "lying", "steps", "tree", "waterfall"]
