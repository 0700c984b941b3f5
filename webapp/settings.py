"""Django settings. Everything that differs between machines comes from the environment."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.functional import lazy

from webapp.embedded_postgres import VAR_DIR, database_settings
from webapp.kept_secret import kept_secret
from webapp.static_version import static_version

BASE_DIR = Path(__file__).resolve().parent.parent


def _secret(name: str, *, draw: Callable[[], str], shortest: int) -> str:
    """Read a secret from the environment, or from var/, where it is drawn once."""
    from_environment = os.environ.get(f"TRAMLINE_{name.upper()}")
    return from_environment or kept_secret(VAR_DIR / name, draw=draw, shortest=shortest)


def _draw_key() -> str:
    return secrets.token_urlsafe(50)


def _draw_demo_password() -> str:
    return f"tramline-{secrets.token_hex(4)}"


SECRET_KEY = _secret("secret_key", draw=_draw_key, shortest=32)
# Separate from SECRET_KEY: changing it would give every patient a new pseudonym.
PSEUDONYM_KEY = _secret("pseudonym_key", draw=_draw_key, shortest=32).encode()
# Separate as well: with another one, nobody can read what waits unsent in her browser.
JOURNAL_KEY = _secret("journal_key", draw=_draw_key, shortest=32).encode()
# Separate as well: with another one, every receiver of webhooks needs a new secret.
WEBHOOK_KEY = _secret("webhook_key", draw=_draw_key, shortest=32).encode()
# Drawn when the demo first asks for it: an installation without a demo has none.
DEMO_PASSWORD = lazy(_secret, str)("demo_password", draw=_draw_demo_password, shortest=12)

DEBUG = os.environ.get("TRAMLINE_DEBUG", "") == "1"
ALLOWED_HOSTS = os.environ.get("TRAMLINE_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("TRAMLINE_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "csp",
    "procrastinate.contrib.django",
    "annotations",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "webapp.urls"
WSGI_APPLICATION = "webapp.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": database_settings(os.environ.get("DATABASE_URL", ""))}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "worklist"
LOGOUT_REDIRECT_URL = "login"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if os.environ.get("TRAMLINE_HTTPS", "") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "blob:", "data:"],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    },
}

# Notices. Without a mail server no e-mail goes out; the address of this installation stands in their links.
PUBLIC_URL = os.environ.get("TRAMLINE_URL", "").rstrip("/")
EMAIL_HOST = os.environ.get("TRAMLINE_EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("TRAMLINE_EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("TRAMLINE_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("TRAMLINE_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("TRAMLINE_EMAIL_TLS", "1") == "1"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("TRAMLINE_EMAIL_FROM", "tramline@localhost")
# Hosts (name, or name:port) that webhooks may call without https or inside a private network.
WEBHOOK_HOSTS = [host for host in os.environ.get("TRAMLINE_WEBHOOK_HOSTS", "").split(",") if host]

LANGUAGE_CODE = "en"
TIME_ZONE = os.environ.get("TRAMLINE_TIME_ZONE", "UTC")
USE_TZ = True

STATICFILES_DIRS = [BASE_DIR / "static"]
# With the requirements, because packages bring static files, too.
STATIC_VERSION = static_version(BASE_DIR / "static", beside=[BASE_DIR / "requirements.txt"])
# Whoever develops sees each change at once: one address, always revalidated.
STATIC_URL = "static/" if DEBUG else f"static/{STATIC_VERSION}/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 365 * 24 * 3600

CONTENT_ROOT = VAR_DIR / "content"
# How each model runs best on this machine, and what it is to find on the golden image.
ENGINE_FOLDER = VAR_DIR / "engines"
# Where a worker keeps what a training needs and saves until it has ended; nothing of it is the only copy.
TRAINING_FOLDER = VAR_DIR / "training"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "content": {"BACKEND": "webapp.content_storage.ContentStorage", "OPTIONS": {"location": CONTENT_ROOT}},
}
UPLOAD_LIMIT_BYTES = 256 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024
# Forms take no files; the route of uploads names a handler of its own.
FILE_UPLOAD_HANDLERS = ["webapp.upload_handlers.NoFiles"]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["annotations.api.header_token.HeaderTokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["annotations.api.permissions.IsKnownReader"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["annotations.api.parsers.PlainJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "annotations.api.errors.answer_error",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Tramline",
    "DESCRIPTION": "Annotation of breast arterial calcification and microcalcifications on mammograms. "
    "Research use only.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "MapKindEnum": "annotations.enums.MapKind",
        "OperationKindEnum": "annotations.enums.OperationKind",
        "ProposalDecisionValueEnum": "annotations.enums.ProposalDecisionValue",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("TRAMLINE_LOG_LEVEL", "WARNING")},
    # A page that a role does not have is an answer, not a fault: no traceback for it.
    "loggers": {"django.request": {"level": "ERROR"}},
}
