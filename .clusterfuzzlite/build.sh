#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# One recipe for both services.
set -euo pipefail
exec "$SRC/memoffline/scripts/oss-fuzz/build.sh"
