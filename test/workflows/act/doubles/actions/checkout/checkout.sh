# Fetches $REF of $ACT_DOUBLE_ORIGIN into $DIRECTORY, and links what an installation would download.
set -euo pipefail

git init --quiet "$DIRECTORY"
cd "$DIRECTORY"
git remote add origin "$ACT_DOUBLE_ORIGIN" 2>/dev/null || git remote set-url origin "$ACT_DOUBLE_ORIGIN"
depth=()
if [[ $DEPTH != 0 ]]; then depth=(--depth "$DEPTH"); fi
if [[ -n $SPARSE ]]; then
  mode=--no-cone
  if [[ $CONE == true ]]; then mode=--cone; fi
  git sparse-checkout set "$mode" --stdin <<<"$SPARSE"
fi
git fetch --quiet --no-tags "${depth[@]}" origin "$REF"
git checkout --quiet --force --detach FETCH_HEAD
# Packages as they are; programs in a directory of its own, so that no set-up of a job can touch those of the machine.
ln -sfn "$ACT_DOUBLE_INSTALLED/node_modules" node_modules
echo node_modules >>.git/info/exclude
mkdir -p .tools/bin
ln -sf "$ACT_DOUBLE_INSTALLED"/.tools/bin/* .tools/bin
cp "$ACT_DOUBLE_INSTALLED/.tools/toolchain.json" .tools
