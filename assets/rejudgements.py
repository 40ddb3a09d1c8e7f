"""Published clips judged again under the present policy: what of a day it touches, gate by gate."""

from assets.rescans import Rescan, rescan_asset
from ops.rejudge import Stands, judge_again

rejudgements = rescan_asset(
    Rescan(
        name="rejudgements",
        again=judge_again,
        kinds=Stands,
        told=(Stands.REFUSED, Stands.ASKED),
        check="allowed_by_this_policy",
        promise="Every clip that viewers may see would be published today.",
        table="refused",
        description="Published clips judged again (gates 2, 3, 5, 6); in the lane rescan, of every lane of the day.",
        kind="policy",
        sums={"gates asked": lambda one: one.judged},
    )
)
