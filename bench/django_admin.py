"""The peer of the portal's list: Django admin, as its handbook builds one, over the very same rows and indexes.

Unmanaged models, a change list with `search_fields` and `list_filter`, everything else as Django ships it; related rows are fetched
with the page, as a careful developer would have it. Answers go through Django's own test client, as ours go through Flask's.
"""

import django
from django.conf import settings

APP = "bench"
USER = "peer"
CHANGE_LIST = "/admin/bench/application/?"


def start(socket_directory: str) -> "object":
    """Set Django up on a database, and sign a superuser in.

    Returns:
        a test client of Django.
    """
    settings.configure(
        SECRET_KEY="peer",
        ALLOWED_HOSTS=["testserver"],
        ROOT_URLCONF=__name__,
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": "postgres",
                "USER": "postgres",
                "HOST": socket_directory,
                "CONN_MAX_AGE": None,
            }
        },
        INSTALLED_APPS=[
            APP,
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
        ],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        USE_TZ=True,
        TIME_ZONE="Asia/Tokyo",
        LANGUAGE_CODE="ja",
        STATIC_URL="/static/",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        LOGGING_CONFIG=None,
    )
    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client

    _register()
    call_command("migrate", verbosity=0)
    client = Client()
    client.force_login(
        User.objects.filter(username=USER).first() or User.objects.create_superuser(USER, password="peer")
    )
    return client


def _register() -> None:
    from django.contrib import admin
    from django.db import models

    class Company(models.Model):
        id = models.UUIDField(primary_key=True)
        name = models.CharField()

        class Meta:
            app_label, managed, db_table = APP, False, "company"

        def __str__(self) -> str:
            return self.name

    class Application(models.Model):
        id = models.UUIDField(primary_key=True)
        number = models.CharField()
        kind = models.CharField()
        status = models.CharField()
        company = models.ForeignKey(Company, models.DO_NOTHING)
        received_on = models.DateField()
        due_on = models.DateField()

        class Meta:
            app_label, managed, db_table = APP, False, "application"

    class Applicant(models.Model):
        id = models.UUIDField(primary_key=True)
        application = models.ForeignKey(Application, models.DO_NOTHING, related_name="applicants")
        name = models.CharField()

        class Meta:
            app_label, managed, db_table = APP, False, "applicant"

    class ApplicationAdmin(admin.ModelAdmin):
        list_display = ("received_on", "number", "names", "company", "kind", "status")
        list_filter = ("status", "kind")
        list_select_related = ("company",)
        list_per_page = 50
        search_fields = ("number", "company__name", "applicants__name")
        ordering = ("-received_on", "-id")

        def get_queryset(self, request: object) -> object:
            return super().get_queryset(request).prefetch_related("applicants")

        def names(self, row: Application) -> str:
            return ", ".join(each.name for each in row.applicants.all())

    admin.site.register(Application, ApplicationAdmin)


def __getattr__(name: str) -> object:
    """`urlpatterns`, which Django asks for once its models are there."""
    if name != "urlpatterns":
        raise AttributeError(name)
    from django.contrib import admin
    from django.urls import path

    return [path("admin/", admin.site.urls)]
