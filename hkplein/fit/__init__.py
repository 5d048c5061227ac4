"""Why something fits somebody or a team, in words: pure functions, which compare no people and keep nothing."""

from hkplein.fit.reasons import Fit, Profile, Reason, Work, choose, explain
from hkplein.fit.teams import Makeup, lacking, smallest, ways

__all__ = ["Fit", "Makeup", "Profile", "Reason", "Work", "choose", "explain", "lacking", "smallest", "ways"]
