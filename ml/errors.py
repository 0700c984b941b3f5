"""Errors of the label engine and the networks: one class per broken rule, each with a stable code."""


class MlError(Exception):
    """Base of every error that `ml` raises on purpose; `code` is stable, the message is for people."""

    code = "ml_error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class MaskShapeMismatchError(MlError):
    """Two masks, or a mask and an image, do not share one pixel grid."""

    code = "mask_size_mismatch"


class MaskCodecError(MlError):
    """Bytes that claim to be a mask break a rule of docs/mask_format.md; `code` names the rule."""

    code = "not_a_mask"


class MaskGeometryError(MlError):
    """A stroke has a coordinate or a width that cannot be drawn."""

    code = "mask_geometry"


class MetricParameterError(MlError):
    """A measure was asked for with a spacing or a tolerance that is not a length."""

    code = "metric_parameter"


class StatisticsInputError(MlError):
    """A statistic was asked of numbers that do not carry it; `code` names what is wrong."""

    code = "statistics_input"


class CorrectionParameterError(MlError):
    """A limit of the label correction is not a number that an image could be measured with."""

    code = "correction_parameter"


class ThresholdCalibrationError(MlError):
    """Labels do not give thresholds for the correction; `code` names why."""

    code = "threshold_calibration"


class ParametersFileError(MlError):
    """A file does not hold parameters of the label correction that can be used."""

    code = "parameters_file"


class PixelValuesError(MlError):
    """The pixels of an image are of a type or hold a value that a method cannot take."""

    code = "pixel_values"


class ImageRefusedError(MlError):
    """An image cannot be read, or breaks a limit; `code` names which."""

    code = "image_refused"


class WeightsRefusedError(MlError):
    """A weights file is not one that can be imported; `code` names why."""

    code = "weights_refused"


class PredictionCancelledError(MlError):
    """The caller asked a running prediction to stop; nothing was produced."""

    code = "cancelled"


class TooManyPiecesError(MlError):
    """A mask falls into more pieces than can be judged one by one."""

    code = "too_many_pieces"


class CorrectionCancelledError(MlError):
    """The caller asked a running correction to stop; nothing was produced."""

    code = "cancelled"


class PixelSpacingMissingError(MlError):
    """A measure in millimetres was asked of an image whose pixel spacing is not known."""

    code = "pixel_spacing_missing"


class NormalisationRefusedError(MlError):
    """An image cannot be brought to the grey scale that was asked for; `code` names why."""

    code = "normalisation_refused"


class PredictionRefusedError(MlError):
    """An image cannot be given to a network as asked; `code` names why."""

    code = "prediction_refused"


class DeviceMissingError(MlError):
    """A network was to run on a device that this machine does not have."""

    code = "device_missing"


class EngineUnavailableError(MlError):
    """A way of running networks cannot run this one here; another has to."""

    code = "engine_unavailable"


class GoldenImageError(MlError):
    """A network gives another result on the golden image than it should, so nothing of it can be trusted."""

    code = "golden_image_wrong"


class RecipeRefusedError(MlError):
    """A training recipe cannot be run as it is written."""

    code = "recipe_refused"


class TrainingStoppedError(MlError):
    """The caller asked a running training to stop; the epochs that are done are saved."""

    code = "cancelled"


class TrainingDivergedError(MlError):
    """A loss is no longer a number; the epochs before are saved."""

    code = "training_diverged"


class TrainingFailedError(MlError):
    """The machine cannot go on with a training; `code` names why. The epochs that are done are saved."""

    code = "training_failed"


class TrainingDataRefusedError(MlError):
    """Images and labels do not make a training set; `code` names why."""

    code = "training_data"


class QuantifyInputError(MlError):
    """Something cannot be quantified as it was asked for; `code` names why."""

    code = "quantify_input"


class CalibrationRefusedError(MlError):
    """An image of known masses does not give a factor; `code` names why."""

    code = "calibration_refused"


class NotPoolableError(MlError):
    """Numbers that do not mean the same were to be pooled; `code` names in what they differ."""

    code = "not_poolable"


class ExamViewsError(MlError):
    """The views of an exam cannot be put together; `code` names why."""

    code = "exam_views"


class SeriesRefusedError(MlError):
    """Readings over time cannot be evaluated; `code` names why."""

    code = "series_refused"


class PhantomRequestError(MlError):
    """A phantom was asked for that cannot be drawn."""

    code = "phantom_request"


class ExperimentSettingsError(MlError):
    """An experiment cannot be run as it was asked for."""

    code = "experiment_settings"


class OverlapPlanError(MlError):
    """Exams cannot be shared out among readers as declared; `nearest` is the plan that comes closest."""

    code = "overlap_plan"

    def __init__(self, message: str, *, code: str, nearest: object = None) -> None:
        super().__init__(message, code=code)
        self.nearest = nearest
