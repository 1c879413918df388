#!/usr/bin/env bash
# Unpacks Debian's build of llama-server and its libraries into a folder, for the tests.
# usage: scripts/llama-server.sh FOLDER
# Nothing is installed: the packages (about 20 MB) come from apt's mirror, with separate package lists.
# A folder with a working llama-server is left unchanged. Prints the path of the program.
set -euo pipefail

fail() {
  echo "llama-server was not unpacked: $1" >&2
  exit 1
}

[ "$#" -eq 1 ] || fail 'name one folder to put it into.'
case $(uname -sm) in 'Linux x86_64') ;; *) fail "it is taken from Debian for Linux on amd64, and this is $(uname -sm)." ;; esac

folder=${1%/}
if [ -x "$folder/llama-server" ] && "$folder/llama-server" --version >/dev/null 2>&1; then
  echo "$folder/llama-server"
  exit
fi
others=$(find "$folder" -mindepth 1 -maxdepth 1 ! -name llama-server ! -name root 2>/dev/null || true)
[ -z "$others" ] || fail "$folder holds other files; name a folder of its own."

for tool in apt-get dpkg-deb; do command -v "$tool" >/dev/null || fail "there is no $tool on this machine."; done
keys=/usr/share/keyrings/debian-archive-keyring.gpg
[ -r "$keys" ] || fail "$keys is missing (Debian's package debian-archive-keyring)."

mkdir -p "$(dirname "$folder")"
work=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{state/lists/partial,cache/archives/partial,root}
touch "$work/state/status" "$work/sources.list"

# Replaces only the sources of the machine's apt settings: a proxy or login still applies.
own() {
  apt-get -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null "$@"
}
apart=(
  -o "Dir::State=$work/state" -o "Dir::State::Status=$work/state/status" -o "Dir::Cache=$work/cache"
  -o APT::Architecture=amd64 -o APT::Architectures::=amd64 -o APT::Sandbox::User=
  -o Acquire::Retries=3 -o Acquire::Languages=none -o APT::Install-Recommends=false
)
sources=$(apt-get "${apart[@]}" indextargets --no-release-info --format "\$(REPO_URI)" 'Created-By: Packages' 2>/dev/null || true)
mirror=$(grep -m 1 '/debian/*$' <<<"$sources" || grep -m 1 -v security <<<"$sources" || true)
[ -n "$mirror" ] || fail 'apt knows of no Debian mirror here.'
echo "deb [signed-by=$keys] $mirror sid main" >"$work/sources.list"

quietly() {
  "$@" >"$work/log" 2>&1 || fail "$({ grep -m 1 '^E:' "$work/log" || tail -n 1 "$work/log"; } | sed 's/^E: //')"
}
quietly own "${apart[@]}" update --error-on=any
# With nothing installed in this place, apt downloads every dependency, including the C library and its loader.
quietly own "${apart[@]}" install --yes --download-only llama.cpp-tools
for package in "$work"/cache/archives/*.deb; do quietly dpkg-deb -x "$package" "$work/root"; done

cat >"$work/llama-server" <<'WRAPPER'
#!/bin/sh
# Runs the program with the unpacked loader: this machine's C library may be older.
root=$(dirname "$0")/root
libraries=$root/usr/lib/x86_64-linux-gnu
if grep -qw avx2 /proc/cpuinfo; then cpu=haswell; else cpu=x64; fi
export GGML_BACKEND_PATH="$libraries/ggml/backends0/libggml-cpu-$cpu.so"
exec "$libraries/ld-linux-x86-64.so.2" --argv0 llama-server \
  --library-path "$libraries:$libraries/llama.cpp:$libraries/llama" "$root/usr/bin/llama-server" "$@"
WRAPPER
chmod +x "$work/llama-server"
"$work/llama-server" --version >/dev/null 2>"$work/log" || fail "it does not start: $(tail -n 1 "$work/log")"

rm -rf "$folder" "$work"/{state,cache,sources.list,log} "$work/root/usr/share"
mv "$work" "$folder"
echo "$folder/llama-server"
