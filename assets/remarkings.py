"""Published clips of an older policy, marked again: what of a day has not the marks of the present one gets them."""

from assets.rescans import Rescan, rescan_asset
from ops.remark import Became, mark_again
from ops.stages.marks import CODE_VERSION

remarkings = rescan_asset(
    Rescan(
        name="remarkings",
        again=mark_again,
        kinds=Became,
        told=(Became.HELD,),
        check="marks_of_this_policy",
        promise="Every clip that viewers may see has the marks of this policy.",
        table="held",
        description="Published clips of an older policy, marked again; in the lane rescan, of every lane of the day.",
        kind="c2pa",
        code_version=CODE_VERSION,
    )
)
