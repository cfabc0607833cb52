"""How the dashboard looks, in light and in dark: settings for Streamlit, and the same colours for charts. No style sheets."""

from __future__ import annotations

from typing import Any, Literal

Colour = Literal["red", "orange", "blue", "green", "violet", "gray"]
"""The colours a badge can have. The words in it say the same."""

INK = "#1F2A44"
ACCENT = "#2F54C8"
#: Ours and the vendors' lines in charts; told apart by shape and dash as well, never by colour alone.
VENDOR_COLOURS = ("#2F54C8", "#B4570B", "#0B7A63", "#8A3FA8", "#A3263F", "#4B5A6B")
#: Rules and fronts in charts: tones that can be seen on the white and on the dark page.
GREY, RED = "#7F8A9C", "#D0473E"
WINDOW_COLOURS = {"missed": "#B3261E", "decide now": "#C26A0A", "soon": "#2F54C8", "later": "#7A8699", "ended": "#B9C0CC"}

#: Shown above the navigation. Drawn here, so that no file and no font has to be fetched.
WORDMARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="190" height="32" viewBox="0 0 190 32">'
    '<rect x="1" y="3" width="26" height="26" rx="7" fill="#2F54C8"/>'
    '<path d="M14 8 L18.5 20.5 L14 17.8 L9.5 20.5 Z" fill="#fff"/>'
    '<text x="37" y="22" font-family="sans-serif" font-size="17" font-weight="600" fill="#5B6B8C">Quartermaster</text></svg>'
)

_SHARED: dict[str, Any] = {
    "baseRadius": "8px",
    "buttonRadius": "8px",
    "showWidgetBorder": True,
    "showSidebarBorder": True,
    "baseFontSize": 15,
    "headingFontSizes": ["2rem", "1.35rem", "1.1rem", "1rem", "0.95rem", "0.9rem"],
    "headingFontWeights": [650, 600, 600, 600, 600, 600],
    "metricValueFontSize": "1.7rem",
    "metricValueFontWeight": 600,
    "codeFontSize": "0.85rem",
    "paddingTop": "2.4rem",
    "linkUnderline": False,
}
_LIGHT: dict[str, Any] = {
    "primaryColor": ACCENT,
    "backgroundColor": "#FFFFFF",
    "secondaryBackgroundColor": "#F4F6FA",
    "textColor": INK,
    "borderColor": "#DCE1EA",
    "linkColor": ACCENT,
    "codeBackgroundColor": "#F7F8FB",
    "codeTextColor": INK,
    "chartCategoricalColors": list(VENDOR_COLOURS),
    "sidebar.backgroundColor": "#F7F8FB",
    "sidebar.secondaryBackgroundColor": "#E9EDF6",
}
_DARK: dict[str, Any] = {
    "primaryColor": "#5B7BE8",
    "backgroundColor": "#11151F",
    "secondaryBackgroundColor": "#1B2130",
    "textColor": "#E6EAF2",
    "borderColor": "#2C3446",
    "linkColor": "#8DA6F5",
    "codeBackgroundColor": "#171C29",
    "codeTextColor": "#E6EAF2",
    "chartCategoricalColors": ["#7E9BF5", "#E39A55", "#4FC3A1", "#C58BE0", "#EB7F92", "#A3B0C2"],
    "sidebar.backgroundColor": "#0D1119",
    "sidebar.secondaryBackgroundColor": "#1B2130",
}


def theme_settings() -> dict[str, Any]:
    """Return the theme as Streamlit settings, by dotted name."""
    shared = {f"theme.{name}": value for name, value in _SHARED.items()}
    light = {f"theme.light.{name}": value for name, value in _LIGHT.items()}
    dark = {f"theme.dark.{name}": value for name, value in _DARK.items()}
    return shared | light | dark
