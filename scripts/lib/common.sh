# What every script shares: the place of the project, help, and the words for failing. Sourced, never run.
# shellcheck shell=bash

# shellcheck disable=SC2034 # the scripts use it
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
name=$(basename "$0")

# Ends with status 2, as for every wrong use of a command line.
usage_error() {
    printf '%s: %s; see scripts/%s --help\n' "$name" "$1" "$name" >&2
    exit 2
}

# Ends with status 1 and one sentence.
fail() {
    printf '%s: %s\n' "$name" "$1" >&2
    exit 1
}

# Says what is about to run, and runs it.
run() {
    printf '\n$ %s\n' "$*"
    "$@"
}

# Prints the one-line help if it is asked for, and ends.
help_if_asked() {
    local line=$1
    shift
    case "${1-}" in
    -h | --help)
        printf '%s\n' "$line"
        exit 0
        ;;
    esac
}
