"""Who may see and do what: predicates, and querysets from which every list and every lookup starts.

A reader knows the images assigned to her, earlier exams of these patients as pictures, and only her own
annotations. An adjudicator sees all submitted annotations. A data scientist sees submitted annotations
under pseudonyms and all datasets. An administrator takes images in and manages people; masks are not shown
to her by default. Whoever still has an exam to read, in whatever role, is blind to what others made of it.

One file for each noun; everybody else imports from here.
"""

from annotations.rules.adjudication import (
    agreement_reports_visible_to,
    campaigns_adjudicated_by,
    can_adjudicate,
    can_send_to_adjudication,
    disagreements_visible_to,
    exams_reviewable_by,
    reading_pairs_visible_to,
)
from annotations.rules.annotation import (
    annotations_visible_to,
    branches_visible_to,
    can_decide_branch,
    comments_visible_to,
    correction_runs_visible_to,
    people_who_may_see,
)
from annotations.rules.assignment import (
    assignments_visible_to,
    campaigns_repeated_by,
    copies_to_go_on_with,
    exams_shown_again_to,
    returned,
    studies_still_read_by,
    to_repeat,
    unfinished,
)
from annotations.rules.campaign import (
    campaigns_read_by,
    campaigns_visible_to,
    campaigns_with_results_for,
    can_see_results,
    reads_in,
)
from annotations.rules.mammogram import (
    can_see_priors,
    can_state_view,
    mammograms_read_by,
    mammograms_visible_to,
)
from annotations.rules.model_version import model_versions_usable_by
from annotations.rules.preannotation import (
    HELPING_MAPS,
    can_preannotate,
    comes_back,
    image_maps_visible_to,
    inference_runs_visible_to,
    is_blind_for_another_campaign,
    kept_blind,
    mammograms_mapped_for,
)
from annotations.rules.reader import (
    EXPERTS,
    can_compare,
    can_decide_corrections,
    can_manage_campaigns,
    can_manage_datasets,
    can_manage_models,
    can_take_in,
    can_train,
    can_work_on_campaigns,
    is_expert,
)

__all__ = [
    "EXPERTS",
    "HELPING_MAPS",
    "agreement_reports_visible_to",
    "annotations_visible_to",
    "assignments_visible_to",
    "branches_visible_to",
    "campaigns_adjudicated_by",
    "campaigns_read_by",
    "campaigns_repeated_by",
    "campaigns_visible_to",
    "campaigns_with_results_for",
    "can_adjudicate",
    "can_compare",
    "can_decide_branch",
    "can_decide_corrections",
    "can_manage_campaigns",
    "can_manage_datasets",
    "can_manage_models",
    "can_preannotate",
    "can_see_priors",
    "can_see_results",
    "can_send_to_adjudication",
    "can_state_view",
    "can_take_in",
    "can_train",
    "can_work_on_campaigns",
    "comes_back",
    "comments_visible_to",
    "copies_to_go_on_with",
    "correction_runs_visible_to",
    "disagreements_visible_to",
    "exams_reviewable_by",
    "exams_shown_again_to",
    "image_maps_visible_to",
    "inference_runs_visible_to",
    "is_blind_for_another_campaign",
    "is_expert",
    "kept_blind",
    "mammograms_mapped_for",
    "mammograms_read_by",
    "mammograms_visible_to",
    "model_versions_usable_by",
    "people_who_may_see",
    "reading_pairs_visible_to",
    "reads_in",
    "returned",
    "studies_still_read_by",
    "to_repeat",
    "unfinished",
]
