"""What each figure of a report of agreement is, in the words that stand beside it."""

from ml.metrics.definitions import DEFINITIONS
from ml.study.line_votes import LINE_VOTES_DEFINITION

REPORT_VERSION = 4

INTERVALS = (
    "95 % intervals are percentiles of resamples that draw patients, each with all of her images: the middle "
    "95 % of 2000 (pixels missed and false: 500), of error rates of segments the middle 96.5 % of 300. Of "
    "fewer than two patients there is none, nor where all patients give the same value."
)
MEAN = " Mean over the images on which either reader marked something."
EMPTY = " Images without a mark count as 0."
MARKED = "Whether anything was marked on an image: "
DIFFERENCE = "Second reader's {} minus the first's, over all images that both read: "
ALL_SEGMENTS = " Of all segments that anybody marked. " + LINE_VOTES_DEFINITION
STAPLE = " The truth is estimated by STAPLE, within 2 mm of the box of all marks, over all images at once."
DAWID_SKENE = " The truth is estimated by Dawid and Skene's model of who marked which segment."

WITHIN = (
    "Mean {}, with the proposal shown minus with it hidden, as the lot gave it, within readers. The interval "
    "is over patients, and over readers too where three or more took part."
)

SECTIONS = {
    "all": "All readers together",
    "pair": "Every two readers",
    "reader": "Each reader with the others",
    "answer": "Answers",
    "segment": "Segments",
    "noise": "How often each reader errs",
    "sides": "Left and right, CC and MLO",
    "repeat": "One reader, twice",
    "time": "Over time",
    "proposal": "With and without the model's proposal",
}

FIGURE_NAMES = {
    "dice": "Dice",
    "dice_l_sym": "Length Dice",
    "cl_dice": "Centre-line Dice",
    "detection_f1": "Detection F1",
    "detection_f1_pooled": "Detection F1, pooled",
    "share_marked_alike": "Marked alike",
    "kappa_marked": "Kappa, marked",
    "fleiss_marked": "Fleiss' kappa, marked",
    "share_answered_alike": "Answered alike",
    "kappa_answer": "Kappa, answer",
    "fleiss_answer": "Fleiss' kappa, answer",
    "icc_length": "ICC of length",
    "icc_area": "ICC of area",
    "bias_length": "Difference in length",
    "lower_limit_length": "Lower limit, length",
    "upper_limit_length": "Upper limit, length",
    "bias_area": "Difference in area",
    "lower_limit_area": "Lower limit, area",
    "upper_limit_area": "Upper limit, area",
    "share_marked": "Images marked",
    "segments_by_all": "Segments marked by all",
    "segments_by_one": "Segments marked by one",
    "length_by_all": "Length marked by all",
    "length_by_one": "Length marked by one",
    "segments_alone": "Marked by nobody else",
    "segments_missed": "Marked by all others, not by her",
    "pixels_missed": "Pixels missed (STAPLE)",
    "pixels_false": "Pixels falsely marked (STAPLE)",
    "segments_missed_estimated": "Segments missed (Dawid and Skene)",
    "segments_false_per_image": "False segments on an image (Dawid and Skene)",
    "segments_false_share": "False among her segments (Dawid and Skene)",
    "sides_f1": "Left and right alike",
    "views_f1": "CC and MLO alike",
    "length_shown": "Length with the proposal shown",
    "length_hidden": "Length with the proposal hidden",
    "length_shown_less_hidden": "Length, shown less hidden",
    "time_shown": "Active time with the proposal shown",
    "time_hidden": "Active time with the proposal hidden",
    "time_shown_less_hidden": "Active time, shown less hidden",
}

FIGURE_DEFINITIONS = {
    "dice": DEFINITIONS["dice"] + MEAN,
    "dice_l_sym": DEFINITIONS["dice_l_sym"] + MEAN,
    "cl_dice": DEFINITIONS["cl_dice"] + MEAN,
    "detection_f1": "Harmonic mean of the shares of each reader's segments that the other has too, with half "
    "or more of the centre line within 1.05 mm of the other's." + MEAN,
    "detection_f1_pooled": "The same of the segments of all images together.",
    "share_marked_alike": MARKED + "the share of images on which both did, or neither.",
    "kappa_marked": MARKED + "Cohen's kappa of both readers.",
    "fleiss_marked": MARKED + "Fleiss' kappa of all readers of each image.",
    "share_answered_alike": "Share of images (or exams) for which both gave the same answer.",
    "kappa_answer": "Cohen's kappa of both readers' answers to the question.",
    "fleiss_answer": "Fleiss' kappa of the answers to the question by all readers of each image (or exam).",
    "icc_length": "ICC(2,1), absolute agreement of single readers, of the length marked on an image." + EMPTY,
    "icc_area": "ICC(2,1), absolute agreement of single readers, of the area marked on an image." + EMPTY,
    "bias_length": DIFFERENCE.format("length") + "the mean." + EMPTY,
    "lower_limit_length": DIFFERENCE.format("length") + "the mean minus 1.96 standard deviations.",
    "upper_limit_length": DIFFERENCE.format("length") + "the mean plus 1.96 standard deviations.",
    "bias_area": DIFFERENCE.format("area") + "the mean." + EMPTY,
    "lower_limit_area": DIFFERENCE.format("area") + "the mean minus 1.96 standard deviations.",
    "upper_limit_area": DIFFERENCE.format("area") + "the mean plus 1.96 standard deviations.",
    "share_marked": "Share of her images on which the reader marked something.",
    "segments_by_all": "Share that every reader of the image marked." + ALL_SEGMENTS,
    "segments_by_one": "Share that one reader alone marked." + ALL_SEGMENTS,
    "length_by_all": "Share of the length of all segments that every reader of the image marked.",
    "length_by_one": "Share of the length of all segments that one reader alone marked.",
    "segments_alone": "Of the segments that this reader marked, the share that nobody else marked.",
    "segments_missed": "Of the segments that all others who read the image marked (two or more), the share "
    "that this reader did not.",
    "pixels_missed": "Share of the pixels of the truth that the reader left out: 1 minus her sensitivity."
    + STAPLE,
    "pixels_false": "Share of the pixels outside the truth that she marked: 1 minus her specificity."
    + STAPLE,
    "segments_missed_estimated": "Share of true segments that the reader does not mark." + DAWID_SKENE,
    "segments_false_per_image": "False segments that the reader draws on an image." + DAWID_SKENE,
    "segments_false_share": "Share of the segments that the reader marks that are false." + DAWID_SKENE,
    "sides_f1": "Whether anything is marked on the left and on the right breast, in one view of an exam: F1 "
    "of yes and of no, weighted by how often the left has them.",
    "views_f1": "Whether anything is marked on the CC and on the MLO view of a breast: F1 of yes and of no, "
    "weighted by how often CC has them.",
    "length_shown": "Mean length of BAC that readers marked on an image for which the lot gave the proposal.",
    "length_hidden": "Mean length of BAC that readers marked on an image for which the lot hid the proposal.",
    "length_shown_less_hidden": WITHIN.format("length of BAC on an image"),
    "time_shown": "Mean time that readers actively worked on an image for which the lot gave the proposal.",
    "time_hidden": "Mean time that readers actively worked on an image for which the lot hid the proposal.",
    "time_shown_less_hidden": WITHIN.format("active time on an image"),
}

UNDEFINED_FIGURES = {
    "both_empty": "neither reader marked anything",
    "no_spacing": "the size of a pixel is not known",
    "no_variation": "all are alike: chance alone explains it",
    "too_few_images": "fewer than two images",
    "too_few_readers": "no image was read by three readers",
    "no_segment": "nobody marked a segment",
    "nobody_beside": "the reader shares no image with another",
    "one_marked": "fewer than two readers marked anything: cannot be told",
    "marked_nothing": "marked nothing",
    "one_arm": "images are needed with the proposal shown and with it hidden",
}

NO_INTERVAL = {
    "one_patient": "one patient",
    "patients_alike": "patients do not differ: no interval",
    "often_undefined": "not defined in most resamples: no interval",
    "difference_alone": "given for the difference alone",
}
