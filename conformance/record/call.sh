# For scripts whose first comment says how they are called: how that, and a mistake in a call, is told.

usage() {
  sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" >&2
  exit 2
}
fail() {
  echo "$(basename "$0"): $*" >&2
  exit 2
}
