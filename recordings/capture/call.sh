# For scripts whose first comment describes their call: prints that description, or reports a mistake in a call.

usage() {
  sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" >&2
  exit 2
}
fail() {
  echo "$(basename "$0"): $*" >&2
  exit 2
}
