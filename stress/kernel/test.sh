#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# test.sh: vm.sh on Debian's 6.12: a finding is shown, a proof that fails is told as such,
# and what a person gets wrong gets one line.  Exit 4: no such kernel to be had here.
set -euo pipefail

cd "$(dirname "$0")/../.."
# shellcheck source=stress/expect.sh
source stress/expect.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

expect 2 "no proof is called 'nothing'" ./scripts/vm.sh nothing
expect 2 "--kernel is a version" ./scripts/vm.sh --kernel new
expect 2 "no such file" ./scripts/vm.sh --kernel "$work/none.deb"
expect 2 "has no proofs" ./scripts/vm.sh --folder "$work"
touch "$work/empty.deb"
expect 2 "no Debian package of a kernel" ./scripts/vm.sh --kernel "$work/empty.deb" poisoned-offline-discounted-twice
expect 0 " shown " ./scripts/vm.sh poisoned-offline-discounted-twice
# 9.1 is not 9.12.
mkdir "$work/bin"
cat >"$work/bin/apt-cache" <<'EOS'
#!/bin/sh
printf '%s\n' linux-image-9.1.0-57-amd64-unsigned linux-image-9.12.117+deb12-amd64-unsigned | grep -E "$3"
EOS
printf '%s\n' '#!/bin/sh' 'exit 1' >"$work/bin/apt-get"
chmod +x "$work/bin/"*
said=$(PATH=$work/bin:$PATH ./scripts/vm.sh --kernel 9.1 poisoned-offline-discounted-twice 2>&1) || true
rm -rf build/vm/9.1
[[ $said == *"Fetching linux-image-9.1.0-57-"* ]] || complain "vm.sh --kernel 9.1: says '$said', expected that it fetches 9.1.0-57"
# Proofs that must fail: one that sees nothing, and one that never says anything.
printf '%s\n' '#' '# Nothing.' '. /guest.sh' 'not_shown "nothing was seen"' >"$work/nothing-seen.sh"
printf '%s\n' '#' '# Silence.' 'exit 0' >"$work/silent.sh"
expect 1 "not-shown" ./scripts/vm.sh --folder "$work" nothing-seen
expect 1 "no verdict" ./scripts/vm.sh --folder "$work" --seconds 300 silent
exit $failed
