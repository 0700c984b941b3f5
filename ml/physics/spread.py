"""What turns a mean or median distance from the middle into a standard deviation, for normal numbers."""

MAD_TO_SIGMA = 1.4826  # per median absolute deviation
MEAN_DEVIATION_TO_SIGMA = 1.2533  # per mean absolute deviation: the root of half of pi
