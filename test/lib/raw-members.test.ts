import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rawElements, rawMembers, rawObject, withoutMembers } from '../../lib/raw-members.ts'
import { JsonKeyText, JsonObjectText, JsonValueText } from '../results/_json-text.ts'

const members = fc.array(fc.record({ key: JsonKeyText, value: JsonValueText }), { maxLength: 8 })
const objectOf = (list: { key: string; value: string }[]) =>
  ` {${list.map(({ key, value }) => `\n${key} :\t${value} `).join(',')}}\n`

test('the members of an object are told apart, each as it is spelled, doubled keys too', () => {
  fc.assert(
    fc.property(members, (list) => {
      const found = rawMembers(objectOf(list))
      expect(found.map(({ raw }) => raw)).toEqual(list.map(({ value }) => value))
      expect(found.map(({ key }) => key)).toEqual(list.map(({ key }) => JSON.parse(key)))
      expect(found.map(({ text }) => text)).toEqual(list.map(({ key, value }) => `${key} :\t${value}`))
    }),
  )
})

test('members put together again mean the same', () => {
  fc.assert(
    fc.property(JsonObjectText, (text) => {
      expect(JSON.parse(rawObject(rawMembers(text)))).toEqual(JSON.parse(text))
    }),
  )
})

test('the elements of an array are told apart', () => {
  fc.assert(
    fc.property(fc.array(JsonValueText, { maxLength: 8 }), (list) => {
      expect(rawElements(`[ ${list.join(' ,\n')} ]`)).toEqual(list)
    }),
  )
})

test('leaving out a key leaves out each of its spellings and nothing else', () => {
  fc.assert(
    fc.property(members, (list) => {
      const left = rawMembers(withoutMembers(objectOf(list), ({ key }) => key === 'a'))
      expect(left.map(({ key }) => key)).not.toContain('a')
      expect(left.map(({ text }) => text)).toEqual(
        list.filter(({ key }) => JSON.parse(key) !== 'a').map(({ key, value }) => `${key} :\t${value}`),
      )
    }),
  )
})

test('where nothing is left out the text stays as it is, blanks included', () => {
  const text = ' { "a" : 1 ,\n"b":[ ] } '
  expect(withoutMembers(text, ({ key }) => key === 'c')).toBe(text)
})

test('a document of a million brackets is walked without recursion', () => {
  const deep = `{"a":${'['.repeat(500_000)}${']'.repeat(500_000)},"b":"${'\\\\'.repeat(100_000)}"}`
  expect(rawMembers(deep).map(({ key }) => key)).toEqual(['a', 'b'])
})
