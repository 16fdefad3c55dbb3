# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# The check 'lint' of check-oss-fuzz.sh: files of the services, by their presubmit's
# rules (google/oss-fuzz, infra/presubmit.py).  MO_TREE: a tree other than ours.

yaml_keys=' architectures auto_ccs base_os_version blackbox builds_per_day coverage_extra_args disabled file_github_issue fuzzing_engines help_url homepage labels language main_repo primary_contact run_tests sanitizers selective_unpack vendor_ccs view_restrictions '

lint_project() {
	local file=$1 key item section=''
	while IFS= read -r line; do
		if [[ $line =~ ^([a-z_]+): ]]; then
			key=${BASH_REMATCH[1]} section=$key
			[[ $yaml_keys == *" $key "* ]] || wrong "$file: '$key' is not a key of project.yaml"
		elif [[ $line =~ ^\ *-\ ([a-z0-9_]+) ]]; then
			item=${BASH_REMATCH[1]}
			case $section in
			sanitizers) [[ ' address undefined memory ' == *" $item "* ]] || wrong "$file: no sanitizer '$item'" ;;
			fuzzing_engines) [[ ' libfuzzer afl honggfuzz centipede ' == *" $item "* ]] || wrong "$file: no engine '$item'" ;;
			architectures) [[ ' x86_64 i386 aarch64 ' == *" $item "* ]] || wrong "$file: no architecture '$item'" ;;
			esac
		fi
	done <"$file"
	grep -qx 'language: c' "$file" || wrong "$file: 'language: c' is missing"
}

lint_dockerfile() {
	grep -qE '^FROM gcr.io/oss-fuzz-base/base-builder(:[a-z0-9.-]+)?$' "$1" || wrong "$1: FROM is not the service's builder"
	! grep -E 'apt-get install' "$1" | grep -v 'apt-get update' || wrong "$1: 'apt-get update' belongs into the same RUN"
	# shellcheck disable=SC2016
	grep -qE '^WORKDIR \$SRC/.+' "$1" || wrong "$1: WORKDIR must be below \$SRC, not \$SRC itself"
	grep -qE 'build\.sh' "$1" || wrong "$1: build.sh does not get to \$SRC"
}

lint_build() {
	! grep -nE '[-]lFuzzingEngine|[-]fsanitize=|[-]march=native|curl |wget |git clone|apt-get' "$1" ||
		wrong "$1: the line above; flags, network and packages are the service's"
	shellcheck "$1" || wrong "$1: shellcheck"
	[ -x "$1" ] || wrong "$1 is not executable"
}

lint_workflow() {
	! grep -nE '^ *-? *uses:' "$1" | grep -vE 'uses: [A-Za-z0-9_./-]+@[0-9a-f]{40} # v' ||
		wrong "$1: an action that is not pinned by commit, with its version as comment"
	grep -q '^permissions:' "$1" || wrong "$1: no permissions"
	! grep -nP '\t' "$1" || wrong "$1: a tab"
}

check_lint() {
	local file tree=${MO_TREE:-$root}
	for file in "$tree"/scripts/oss-fuzz/project.yaml "$tree"/.clusterfuzzlite/project.yaml; do
		[ -f "$file" ] || wrong "$file is missing"
		lint_project "$file"
	done
	grep -q '^main_repo: ' "$tree/scripts/oss-fuzz/project.yaml" || wrong "project.yaml: main_repo is missing"
	grep -q '^ *- libfuzzer$' "$tree/scripts/oss-fuzz/project.yaml" || wrong "project.yaml: libfuzzer is required"
	for file in "$tree"/scripts/oss-fuzz/Dockerfile "$tree"/.clusterfuzzlite/Dockerfile; do
		lint_dockerfile "$file"
	done
	for file in "$tree"/scripts/oss-fuzz/build.sh "$tree"/scripts/oss-fuzz/run_tests.sh "$tree"/.clusterfuzzlite/build.sh; do
		lint_build "$file"
	done
	for file in ci cflite_pr cflite_build cflite_batch cflite_cron; do
		[ -f "$tree/.github/workflows/$file.yml" ] || wrong "$file.yml is missing"
		lint_workflow "$tree/.github/workflows/$file.yml"
	done
	mkdir -p "$work/runs"
	scripts/lib/workflows.py "$tree/.github/workflows" "$root" "$work/runs" || wrong "the workflow above"
	shellcheck "$work"/runs/*.sh || wrong "the commands of a workflow"
}
