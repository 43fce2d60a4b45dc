// Verifies a published log with Go's own note and tlog packages: verify FOLDER VKEY
//
// Opens the checkpoint with the key, reads every hash through tiles that are checked against its root,
// compares every entry with its hash, and prints "ok SIZE".
package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const width = 256

type files struct{ folder string }

func (f files) Height() int { return 8 }

func (f files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, t := range tiles {
		// Go writes the height of tiles into their path, C2SP does not.
		path := strings.Replace(t.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(f.folder, path))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func (f files) SaveTiles([]tlog.Tile, [][]byte) {}

func fail(err error) {
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
}

func entries(folder string, n, size int64) [][]byte {
	t := tlog.Tile{H: 8, L: 0, N: n, W: width}
	if rest := size - n*width; rest < width {
		t.W = int(rest)
	}
	path := strings.Replace(t.Path(), "tile/8/0/", "tile/entries/", 1)
	data, err := os.ReadFile(filepath.Join(folder, path))
	fail(err)
	var found [][]byte
	for len(data) > 0 {
		length := int(data[0])<<8 | int(data[1])
		found = append(found, data[2:2+length])
		data = data[2+length:]
	}
	if len(found) != t.W {
		fail(fmt.Errorf("%s holds %d entries", path, len(found)))
	}
	return found
}

func main() {
	folder := os.Args[1]
	verifier, err := note.NewVerifier(os.Args[2])
	fail(err)
	signed, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	fail(err)
	opened, err := note.Open(signed, note.VerifierList(verifier))
	fail(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		fail(fmt.Errorf("not a checkpoint: %q", opened.Text))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	fail(err)
	root, err := base64.StdEncoding.DecodeString(lines[2])
	fail(err)
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	hashes := tlog.TileHashReader(tree, files{folder})
	for n := int64(0); n*width < size; n++ {
		for i, entry := range entries(folder, n, size) {
			at := n*width + int64(i)
			found, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, at)})
			fail(err)
			if found[0] != tlog.RecordHash(entry) {
				fail(fmt.Errorf("entry %d is not what its hash says", at))
			}
			proof, err := tlog.ProveRecord(size, at, hashes)
			fail(err)
			fail(tlog.CheckRecord(proof, size, tree.Hash, at, found[0]))
		}
	}
	for old := int64(1); old < size; old += 1 + size/7 {
		proof, err := tlog.ProveTree(size, old, hashes)
		fail(err)
		before, err := tlog.TreeHash(old, hashes)
		fail(err)
		fail(tlog.CheckTree(proof, size, tree.Hash, old, before))
	}
	fmt.Println("ok", size)
}
