// Executes templates with Go's own engine, for the golden files that `node test/oracle/templates/make.mjs` writes.
//
// Reads {"data": {name: value}, "cases": [case]} from its input and writes a list of {"out", "err"} in the cases' order.
// Values are JSON with markers for what JSON cannot say: {"$int": "5"}, {"$strings": ["a"]}, {"$object": "point"}, …
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"text/template"
)

type file struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

type testCase struct {
	Files      []file `json:"files"`
	Execute    string `json:"execute"`
	Left       string `json:"left"`
	Right      string `json:"right"`
	Data       string `json:"data"`
	MissingKey string `json:"missingKey"`
}

type result struct {
	Out string `json:"out"`
	Err string `json:"err,omitempty"`
}

type point struct {
	X     int
	Name  string
	Inner map[string]any
}

func (p point) Sum(a int) int           { return p.X + a }
func (p point) Hello() string           { return "hello " + p.Name }
func (p point) Fail() (string, error)   { return "", errors.New("no luck") }
func (p point) Join(s ...string) string { return strings.Join(s, "+") }

type version struct{ Major, Minor int }

func (v version) String() string { return fmt.Sprintf("v%d.%d", v.Major, v.Minor) }

type values map[string]any

func (v values) Has(key string) bool { _, ok := v[key]; return ok }

type set []string

func (s set) Has(key string) bool {
	for _, one := range s {
		if one == key {
			return true
		}
	}
	return false
}

var functions = template.FuncMap{
	"add":     func(a, b int) int { return a + b },
	"half":    func(a float64) float64 { return a / 2 },
	"wide":    func(a int64) int64 { return a * 2 },
	"small":   func(a uint8) uint8 { return a },
	"upper":   func(s string) string { return strings.ToUpper(s) },
	"join":    func(separator string, parts ...string) string { return strings.Join(parts, separator) },
	"quote":   func(s string) string { return strconv.Quote(s) },
	"list":    func(items ...any) []any { return items },
	"strings": func(items ...string) []string { return items },
	"any":     func(a any) any { return a },
	"yes":     func(b bool) bool { return b },
	"null":    func() any { return nil },
	"fail":    func(message string) (string, error) { return "", errors.New(message) },
	"keys":    func(m map[string]any) int { return len(m) },
	"count":   func(items []any) int { return len(items) },
	"dict": func(pairs ...any) map[string]any {
		m := map[string]any{}
		for i := 0; i+1 < len(pairs); i += 2 {
			m[fmt.Sprint(pairs[i])] = pairs[i+1]
		}
		return m
	},
}

func main() {
	var input struct {
		Data  map[string]any `json:"data"`
		Cases []testCase     `json:"cases"`
	}
	if err := json.NewDecoder(os.Stdin).Decode(&input); err != nil {
		log.Fatal(err)
	}
	data := map[string]any{}
	for name, one := range input.Data {
		data[name] = typed(one)
	}
	results := []result{}
	for _, one := range input.Cases {
		results = append(results, run(one, data[one.Data]))
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(results); err != nil {
		log.Fatal(err)
	}
}

func run(one testCase, data any) result {
	root := template.New("root").Funcs(functions).Delims(one.Left, one.Right)
	if one.MissingKey != "" {
		root.Option("missingkey=" + one.MissingKey)
	}
	for _, f := range one.Files {
		if _, err := root.New(f.Name).Parse(f.Text); err != nil {
			return result{Err: err.Error()}
		}
	}
	var out strings.Builder
	err := root.ExecuteTemplate(&out, one.Execute, data)
	if err != nil {
		return result{Out: out.String(), Err: err.Error()}
	}
	return result{Out: out.String()}
}

// typed makes Go values of JSON with markers.
func typed(value any) any {
	switch value := value.(type) {
	case []any:
		items := make([]any, len(value))
		for i, one := range value {
			items[i] = typed(one)
		}
		return items
	case map[string]any:
		for key, one := range value {
			if strings.HasPrefix(key, "$") {
				return marked(key, one)
			}
		}
		m := make(map[string]any, len(value))
		for key, one := range value {
			m[key] = typed(one)
		}
		return m
	}
	return value
}

func marked(kind string, value any) any {
	text, _ := value.(string)
	whole, _ := strconv.ParseInt(text, 10, 64)
	switch kind {
	case "$int":
		return int(whole)
	case "$int64":
		return whole
	case "$int32":
		return int32(whole)
	case "$uint8":
		return uint8(whole)
	case "$uint":
		return uint(whole)
	case "$bytes":
		return []byte(text)
	case "$func":
		return functions[text]
	case "$strings":
		return stringsOf(value)
	case "$set":
		return set(stringsOf(value))
	case "$stringMap":
		m := map[string]string{}
		for key, one := range value.(map[string]any) {
			m[key] = one.(string)
		}
		return m
	case "$values":
		return values(typed(value).(map[string]any))
	case "$object":
		p := point{X: 3, Name: "pea", Inner: map[string]any{"k": "v"}}
		switch text {
		case "point":
			return p
		case "pointer":
			return &p
		case "version":
			return version{1, 29}
		}
	}
	log.Fatalf("no such marker: %s %v", kind, value)
	return nil
}

func stringsOf(value any) []string {
	items := []string{}
	for _, one := range value.([]any) {
		items = append(items, one.(string))
	}
	return items
}
