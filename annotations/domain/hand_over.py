"""What the end of a reading hands over: the exam to its reviewer, the batch and the campaign to the lead."""

from annotations.domain.lacking_reading import lacking_readings
from annotations.domain.notice import notify
from annotations.enums import AssignmentState, NoticeEvent
from annotations.models import Assignment, Campaign, PoolSlot


def tell_submitted(assignment: Assignment) -> None:
    """Tell that an exam was submitted, and what its being read brings to an end."""
    notify(
        NoticeEvent.EXAM_SUBMITTED,
        campaign=assignment.campaign,
        reader=assignment.reader,
        subject=assignment,
    )
    tell_ended(assignment)


def tell_ended(assignment: Assignment) -> None:
    """Tell the lead where nothing is left to read: call once the reading is submitted, skipped or withdrawn.

    What the plan lacks, because a reader left or skipped it, is left to read as long as somebody can be given
    it: giving it out anew is the next step then. What nobody is left for holds up nothing.
    """
    # Of two last exams that end at once, the later one sees both.
    Campaign.objects.select_for_update(no_key=True).get(id=assignment.campaign_id)
    left = Assignment.objects.filter(campaign=assignment.campaign, state=AssignmentState.OPEN)
    if left.filter(batch=assignment.batch).exists():
        return
    lacking = lacking_readings(assignment.campaign)
    in_pool = PoolSlot.objects.filter(campaign=assignment.campaign, assignment=None, closed_at=None).count()
    if in_pool > lacking.given_up_in_pool:
        return
    notify(NoticeEvent.BATCH_DONE, campaign=assignment.campaign)
    if not left.exists() and not lacking.to_give:
        notify(NoticeEvent.CAMPAIGN_DONE, campaign=assignment.campaign)
