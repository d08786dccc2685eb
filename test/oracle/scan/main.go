// Puts random pieces of templates together and prints, of those that Go can parse, where Go's own lexer sees text
// and where actions:
//
//	go run ./scan > ../fixtures/gotemplate/scan.json
package main

import (
	"encoding/json"
	"log"
	"math/rand"
	"os"
	"strings"
	"text/template/parse"
)

type testCase struct {
	Text string `json:"text"`
	Left string `json:"left"`
	// Start and end of every action, in bytes; the text is ASCII.
	Actions [][2]int `json:"actions"`
}

var inside = []string{
	` "}}" `, ` "\"}}" `, " `}}\n` ", " ` \" ` ", ` 'x' `, ` '\'' `, ` '}' `, " 1 ", " $ ", ` print "a" | print `, "\n", " (1) ", " .a.b ",
	" . ", ` "repl{{" `, ` "{{repl" `, " if . ", " end ", " else ", " $x := 1 ", "", " ",
}
var outside = []string{"a: ", "\n", "}}", "{{", `"`, "`", "'", "---\n", "/*", "*/", "x", "repl", "{", "}", " "}

func main() {
	random := rand.New(rand.NewSource(1))
	seen := map[string]bool{}
	cases := []testCase{}
	for len(cases) < 400 {
		left := []string{"{{repl", "repl{{", "{{"}[random.Intn(3)]
		var text strings.Builder
		for range 1 + random.Intn(7) {
			switch random.Intn(4) {
			case 0, 1:
				text.WriteString(left + inside[random.Intn(len(inside))] + inside[random.Intn(len(inside))] + "}}")
			case 2:
				text.WriteString(outside[random.Intn(len(outside))])
			case 3:
				comment := []string{"/* }} */", "/**/", "/* \"\n---\n` */"}[random.Intn(3)]
				text.WriteString(left + comment + "}}")
			}
		}
		actions := actionsOf(text.String(), left)
		if len(actions) > 0 && !seen[left+text.String()] {
			seen[left+text.String()] = true
			cases = append(cases, testCase{text.String(), left, actions})
		}
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(cases); err != nil {
		log.Fatal(err)
	}
}

// Where the actions are, each one by itself; nil where Go does not parse the text.
func actionsOf(text, left string) [][2]int {
	tree := parse.New("t")
	tree.Mode = parse.SkipFuncCheck | parse.ParseComments
	if _, err := tree.Parse(text, left, "}}", map[string]*parse.Tree{}); err != nil {
		return nil
	}
	isText := make([]bool, len(text))
	var walk func(list *parse.ListNode)
	walk = func(list *parse.ListNode) {
		if list == nil {
			return
		}
		for _, node := range list.Nodes {
			switch n := node.(type) {
			case *parse.TextNode:
				for i := range n.Text {
					isText[int(n.Pos)+i] = true
				}
			case *parse.IfNode:
				walk(n.List)
				walk(n.ElseList)
			}
		}
	}
	walk(tree.Root)
	actions := [][2]int{}
	for i := 0; i < len(text); i++ {
		if !isText[i] && (i == 0 || isText[i-1]) {
			actions = append(actions, [2]int{i, i})
		}
		if !isText[i] {
			actions[len(actions)-1][1] = i + 1
		}
	}
	return actions
}
