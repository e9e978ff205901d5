#!/bin/sh
# Find or install a browser for the tests: an installed Chromium or Chrome, else the system's packages when
# we may, else Playwright's own download. Fails with the reason when none can be had.
set -eu
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    if apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; then exit 0; fi
fi
"${PYTHON:-python3}" -m playwright install chromium || {
    echo "The tests need a browser: none is installed, and neither apt-get nor Playwright could bring one." >&2
    exit 1
}
