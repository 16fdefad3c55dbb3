#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# vm.sh: is a finding real?  Boots a kernel and shows it there.
#
#   ./scripts/vm.sh [--kernel VERSION|FILE.deb] [--seconds N] [--json] [-v] [PROOF...]
#   ./scripts/vm.sh --list
#
#   --kernel V     Debian's newest kernel of that version, or a package  (6.12)
#                  of your own (make bindeb-pkg): linux-image-*.deb
#   --seconds N    of each proof, boot included                          (600)
#   --folder DIR   of proofs                              (stress/kernel/proofs)
#   --json         results for programs
#   -v             the whole console
#   PROOF...       of stress/kernel/proofs, by name                      (all)
#
# Each proof gets a machine of its own: QEMU without KVM, two CPUs, two nodes, virtio-mem,
# virtio-balloon.  Consoles are kept in build/vm/log.  Fetches the kernel with apt.
#
# Exit status: 0 all were shown, 1 one was not (so it is in a kernel that has the fix),
# 2 wrong use, 4 this machine cannot do it.
set -euo pipefail
# shellcheck source=scripts/lib/setup.sh
source "$(dirname "$0")/lib/setup.sh"
# shellcheck source=scripts/lib/vm.sh
source "$root/scripts/lib/vm.sh"

proofs=$root/stress/kernel/proofs
about() { sed -n '2s/^# //p' "$proofs/$1.sh"; }
since() { sed -n 's/^# since: //p' "$proofs/$1.sh"; }
list() {
	local file name
	for file in "$proofs"/*.sh; do
		name=$(basename "$file" .sh)
		printf '%-36s %s\n' "$name" "$(about "$name")"
	done
}

kernel=6.12 seconds=600 json='' verbose='' only_list='' names=()
while [ $# -gt 0 ]; do
	case $1 in
	--help | -h) usage ;;
	--list) only_list=1; shift ;;
	--json) json=1; shift ;;
	-v) verbose=1; shift ;;
	--kernel | --seconds | --folder)
		[ $# -gt 1 ] || die "$1 needs a value (--help explains)"
		case $1 in
		--folder) proofs=$(absolute "$2") ;;
		*) declare "${1#--}=$2" ;;
		esac
		shift 2 ;;
	-*) die "unknown option '$1' (--help lists them)" ;;
	*) names+=("$1"); shift ;;
	esac
done
compgen -G "$proofs/*.sh" >/dev/null || die "$proofs has no proofs (*.sh)"
[ -z "$only_list" ] || { list; exit 0; }
check_number --seconds "$seconds"
[[ $kernel =~ ^[0-9]+\.[0-9]+$ || $kernel == *.deb ]] || die "--kernel is a version such as 6.12, or a linux-image-*.deb, not '$kernel'"
[[ $kernel != *.deb ]] || kernel=$(absolute "$kernel")
[[ $kernel != *.deb || -f $kernel ]] || die "--kernel $kernel: no such file"
for name in "${names[@]}"; do
	[ -f "$proofs/$name.sh" ] || die "no proof is called '$name' (--list shows them)"
done
[ ${#names[@]} -gt 0 ] || mapfile -t names < <(list | awk '{ print $1 }')
[ "$(uname -m)" = x86_64 ] || { say_aside "needs an x86-64 machine"; exit 4; }
vm_need
status=0
dir=$(vm_kernel "$kernel") || exit $?
release=$(basename "$(echo "$dir"/lib/modules/*)")
logs=$root/build/vm/log
mkdir -p "$logs" || die "cannot write to $logs"

# older VERSION: the kernel is older than that.
older() { [ "$(printf '%s\n%s\n' "$1" "${release%%[-+]*}" | sort -V | head -n 1)" != "$1" ]; }

# What the guest said in the end: shown, not-shown, failed; sets verdict and said.
run() {
	local name=$1 log=$logs/$release-$1.log image begun=$SECONDS
	image=$(mktemp)
	vm_initramfs "$dir" "$proofs/$name.sh" "$image"
	if [ -n "$verbose" ]; then
		vm_boot "$dir" "$image" "$seconds" | tee "$log" >&2
	else
		vm_boot "$dir" "$image" "$seconds" >"$log"
	fi
	rm -f "$image"
	verdict=failed
	said=$(sed -n 's/^@proved //p' "$log")
	[ -z "$said" ] || { verdict=shown; return; }
	said=$(sed -n 's/^@not_shown //p' "$log")
	[ -z "$said" ] || { verdict=not-shown; return; }
	said="no verdict, and the machine ended after $((SECONDS - begun)) s of $seconds; the console: ${log#"$root"/}"
}

[ -n "$json" ] || say "Linux $release in QEMU, a machine for each proof"
results=()
for name in "${names[@]}"; do
	start=$SECONDS
	if [ -n "$(since "$name")" ] && older "$(since "$name")"; then
		verdict=older said="since $(since "$name") only"
	else
		[ "$is_terminal" = 0 ] || [ -n "$json" ] || printf '%-36s ...' "$name"
		run "$name"
	fi
	case $verdict in shown | older) ;; *) status=1 ;; esac
	if [ -n "$json" ]; then
		results+=("$(printf '{"proof":"%s","verdict":"%s","seconds":%d,"said":%s}' "$name" "$verdict" $((SECONDS - start)) "$(json_string "$said")")")
	else
		[ "$is_terminal" = 0 ] || printf '\r\033[K'
		printf '%-36s %-9s %4d s  %s\n' "$name" "$verdict" $((SECONDS - start)) "$said"
	fi
done
[ -z "$json" ] || (IFS=,; printf '{"kernel":"%s","proofs":[%s]}\n' "$release" "${results[*]}")
exit $status
