"""What training does about a video that has gone bad since it was indexed."""

from typing import Literal

from pydantic import Field

from hico.config.section import Section


class Media(Section):
    """Videos that cannot be read in training. None is ever replaced by another one."""

    on_error: Literal["fail", "drop"] = Field(
        default="fail", description="fail: stop and name the file; drop: the step goes on without the video"
    )
    max_dropped: float = Field(
        default=0.01, ge=0, le=1, description="share of the videos that may be dropped before the run stops"
    )
    time_limit_s: float = Field(
        default=60, ge=0.01, le=86_400, description="most time that reading one video's clips may take, in s"
    )
