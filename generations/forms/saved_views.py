"""A view of the gallery that is given a name."""

from django import forms
from django.http import QueryDict

from generations.forms.gallery import filter_of
from generations.models.saved_view import LONGEST_QUERY, LONGEST_TITLE


class SavedViewForm(forms.Form):
    title = forms.CharField(
        max_length=LONGEST_TITLE,
        error_messages={
            "required": "Give it a name.",
            "max_length": f"A name takes {LONGEST_TITLE} characters. This is %(show_value)s: shorten it.",
        },
    )
    view = forms.CharField(required=False)
    is_shared = forms.BooleanField(required=False)

    def clean_title(self) -> str:
        return " ".join(str(self.cleaned_data["title"]).split())

    def clean_view(self) -> str:
        """The filters that it means, as the gallery writes them."""
        query = filter_of(QueryDict(self.cleaned_data["view"])).query
        if not query:
            raise forms.ValidationError("This is the whole gallery. Choose filters first, then save it.")
        if len(query) > LONGEST_QUERY:
            raise forms.ValidationError("This search is too long to be saved. Shorten it.")
        return query
